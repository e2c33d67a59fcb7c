import { isMirrored, manifestDigest, type ImageMirrors } from "../../upgrade/running-image";
import { readImage } from "../../upgrade/image-name";
import type { Instance } from "../../upgrade/platform";
import type { ImageFacts } from "../../upgrade/facts";
import type { Observation } from "../../upgrade/observation";
import type { Fault } from "./fault";
import type { VerifiedWorkload } from "../verification-input";

/** Restarts per container of each instance: `{"gateway-abc/gateway": 0}`. */
export type Restarts = ReadonlyMap<string, number>;

/** What runs for one workload. */
export interface RunningImage {
  /** `sha256:...`; "" if unknown. */
  readonly digest: string;
  /** Digest of the manifest under which it was pulled; "" if the runtime does not report it. */
  readonly manifest: string;
  readonly faults: readonly Fault[];
}

/** By what a running image of another name may still be the wanted one. */
export interface OtherNames {
  readonly mirrors: ImageMirrors;
  /** What the registry says of the wanted image; undefined if it was not asked. */
  readonly wanted?: Observation<ImageFacts> | undefined;
  /** What an instance is called to the operator: `pod`, `container`. */
  readonly word: string;
  /** How an image of another name comes about there, and what helps. */
  readonly renamedFix: string;
}

/** True if some instance runs an image of another name than the wanted one, and no mirror explains it. */
export const isRenamed = (
  { container, image }: VerifiedWorkload,
  instances: readonly Instance[],
  mirrors: ImageMirrors,
): boolean =>
  instances.some((one) => !isMirrored(containerOf(one, container)?.image ?? "", image, mirrors));

/** Every instance runs the wanted image, by its name or by its digest, and all of them the same bytes of it (S-17, S-30, T-11). */
export function judgeImages(
  workload: VerifiedWorkload,
  instances: readonly Instance[],
  names: OtherNames,
): RunningImage {
  const { word } = names;
  const faults: Fault[] = [];
  const digests = new Set<string>();
  const manifests = new Set<string>();
  for (const instance of instances) {
    const { image: found, imageId } = containerOf(instance, workload.container) ?? {};
    const digest = /sha256:[0-9a-f]{64}/.exec(imageId ?? "")?.[0];
    const manifest = manifestDigest(imageId);
    if (found === undefined || !isMirrored(found, workload.image, names.mirrors))
      faults.push(...judgeRenamed(instance, workload, { found, manifest }, names));
    if (digest === undefined)
      faults.push(wrong(word, instance, "does not report the digest of its image"));
    else digests.add(digest);
    manifests.add(manifest ?? "");
  }
  if (digests.size > 1)
    faults.push({
      kind: "image",
      text: `${word}s of ${workload.name} run different images of the same name: ${[...digests].join(", ")}`,
    });
  return {
    digest: [...digests][0] ?? "",
    manifest: manifests.size === 1 ? ([...manifests][0] ?? "") : "",
    faults,
  };
}

/** Images of init containers with the digests of their manifests, "" if the runtime does not report it. */
export const initImages = (
  instances: readonly Instance[],
): readonly (readonly [image: string, digest: string])[] =>
  instances.flatMap(({ initContainers }) =>
    initContainers.map(({ image, imageId }) => [image, manifestDigest(imageId) ?? ""] as const),
  );

const containerOf = ({ containers }: Instance, container: string) =>
  containers.find(({ name }) => name === container);

/** Whoever admits pods may rename their images, to a mirror or to a digest: then the digest decides. */
function judgeRenamed(
  instance: Instance,
  { image }: VerifiedWorkload,
  running: { readonly found: string | undefined; readonly manifest: string | undefined },
  { wanted, word, renamedFix }: OtherNames,
): readonly Fault[] {
  const { found, manifest } = running;
  if (found === undefined)
    return [wrong(word, instance, `runs no such container, expected ${image}`)];
  const pinned = readImage(image).digest;
  const known = wanted?.observed === true ? wanted.value.digests : [];
  const digests = pinned === undefined ? known : [pinned];
  if (manifest !== undefined && digests.includes(manifest)) return [];
  return [
    wrong(
      word,
      instance,
      `runs ${found}, expected ${image}${whyNot(manifest, digests, wanted)}; ${renamedFix}`,
    ),
  ];
}

function whyNot(
  manifest: string | undefined,
  digests: readonly string[],
  wanted: Observation<ImageFacts> | undefined,
): string {
  if (manifest === undefined) return ", and nobody reports by which digest it was pulled";
  if (digests.length > 0) return `, and its digest is ${manifest}, not ${digests[0] ?? ""}`;
  const reason = wanted?.observed === false ? `: ${wanted.reason}` : "";
  return `, whose digest is not known${reason}`;
}

const wrong = (word: string, { name }: Instance, what: string): Fault => ({
  kind: "image",
  text: `${word} ${name} ${what}`,
});

/** Counts restarts of every container. */
export const countRestarts = (instances: readonly Instance[]): Restarts =>
  new Map(
    instances.flatMap(({ name: instance, containers }) =>
      containers.flatMap(({ name, restarts }) =>
        restarts === undefined ? [] : [[`${instance}/${name}`, restarts] as const],
      ),
    ),
  );

/** New restarts since the first look; an instance that was not there then started at zero (S-30, S-50). */
export function judgeRestarts(
  before: Restarts,
  after: Restarts,
): { readonly restarts: number; readonly faults: readonly Fault[] } {
  const grown = [...after]
    .map(([place, count]) => ({ place, more: count - (before.get(place) ?? 0) }))
    .filter(({ more }) => more > 0);
  return {
    restarts: grown.reduce((sum, { more }) => sum + more, 0),
    faults: grown.map(({ place, more }) => ({
      kind: "restart",
      text: `${place} has restarted ${more} times while it was watched`,
    })),
  };
}
