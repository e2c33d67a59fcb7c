import type { V1Pod } from "@kubernetes/client-node";
import { isMirrored, manifestDigest, type ImageMirrors } from "../../kubernetes/objects/images";
import { readImage } from "../../upgrade/image-name";
import type { Json } from "../../kubernetes/api/json";
import type { ImageFacts } from "../../upgrade/facts";
import type { Observation } from "../../upgrade/observation";
import type { Fault } from "./fault";
import type { VerifiedWorkload } from "./verification-input";

/** Restarts per container of each pod: `{"gateway-abc/gateway": 0}`. */
export type Restarts = ReadonlyMap<string, number>;

/** What runs for one workload. */
export interface RunningImage {
  /** `sha256:...`; "" where it could not be told. */
  readonly digest: string;
  /** Digest of the manifest under which it was pulled; "" where the runtime does not tell it. */
  readonly manifest: string;
  readonly faults: readonly Fault[];
}

/** By what a running image of another name may still be the wanted one. */
export interface OtherNames {
  readonly mirrors: ImageMirrors;
  /** What the registry tells of the wanted image; undefined where it was not asked. */
  readonly wanted?: Observation<ImageFacts> | undefined;
}

/** True where some pod runs an image of another name than the wanted one, and no mirror explains it. */
export const isRenamed = (
  { container, image }: VerifiedWorkload,
  pods: readonly Json<V1Pod>[],
  mirrors: ImageMirrors,
): boolean => pods.some((pod) => !isMirrored(imageOf(pod, container) ?? "", image, mirrors));

/** Every pod runs the wanted image, by its name or by its digest, and all of them the same bytes of it (S-17, S-30, T-11). */
export function judgeImages(
  workload: VerifiedWorkload,
  pods: readonly Json<V1Pod>[],
  names: OtherNames = { mirrors: {} },
): RunningImage {
  const faults: Fault[] = [];
  const digests = new Set<string>();
  const manifests = new Set<string>();
  for (const pod of pods) {
    const status = pod.status?.containerStatuses?.find(({ name }) => name === workload.container);
    const digest = /sha256:[0-9a-f]{64}/.exec(status?.imageID ?? "")?.[0];
    const manifest = manifestDigest(status?.imageID);
    const found = imageOf(pod, workload.container);
    if (found === undefined || !isMirrored(found, workload.image, names.mirrors))
      faults.push(...judgeRenamed(pod, workload, { found, manifest }, names.wanted));
    if (digest === undefined) faults.push(wrong(pod, "does not tell the digest of its image"));
    else digests.add(digest);
    manifests.add(manifest ?? "");
  }
  if (digests.size > 1)
    faults.push({
      kind: "image",
      text: `pods of ${workload.name} run different images of the same name: ${[...digests].join(", ")}`,
    });
  return {
    digest: [...digests][0] ?? "",
    manifest: manifests.size === 1 ? ([...manifests][0] ?? "") : "",
    faults,
  };
}

/** Images of init containers with the digests of their manifests, "" where the runtime does not tell it. */
export const initImages = (
  pods: readonly Json<V1Pod>[],
): readonly (readonly [image: string, digest: string])[] =>
  pods.flatMap(({ spec, status }) =>
    (spec?.initContainers ?? []).map(({ name, image }) => {
      const state = status?.initContainerStatuses?.find((entry) => entry.name === name);
      return [image ?? "", manifestDigest(state?.imageID) ?? ""] as const;
    }),
  );

const imageOf = (pod: Json<V1Pod>, container: string): string | undefined =>
  pod.spec?.containers.find(({ name }) => name === container)?.image;

/** Whoever admits pods may rename their images, to a mirror or to a digest: then the digest decides. */
function judgeRenamed(
  pod: Json<V1Pod>,
  { image }: VerifiedWorkload,
  running: { readonly found: string | undefined; readonly manifest: string | undefined },
  wanted: Observation<ImageFacts> | undefined,
): readonly Fault[] {
  const { found, manifest } = running;
  if (found === undefined) return [wrong(pod, `runs no such container, expected ${image}`)];
  const pinned = readImage(image).digest;
  const told = wanted?.observed === true ? wanted.value.digests : [];
  const digests = pinned === undefined ? told : [pinned];
  if (manifest !== undefined && digests.includes(manifest)) return [];
  return [
    wrong(
      pod,
      `runs ${found}, expected ${image}${whyNot(manifest, digests, wanted)}; a mirror that renames images is named in kubernetes.imageMirrors`,
    ),
  ];
}

function whyNot(
  manifest: string | undefined,
  digests: readonly string[],
  wanted: Observation<ImageFacts> | undefined,
): string {
  if (manifest === undefined) return ", and the node does not tell by which digest it was pulled";
  if (digests.length > 0) return `, and its digest is ${manifest}, not ${digests[0] ?? ""}`;
  const reason = wanted?.observed === false ? `: ${wanted.reason}` : "";
  return `, whose digest is not known${reason}`;
}

const wrong = (pod: Json<V1Pod>, what: string): Fault => ({
  kind: "image",
  text: `pod ${pod.metadata?.name ?? ""} ${what}`,
});

/** Counts restarts of every container. */
export const countRestarts = (pods: readonly Json<V1Pod>[]): Restarts =>
  new Map(
    pods.flatMap((pod) =>
      (pod.status?.containerStatuses ?? []).map(
        ({ name, restartCount }) => [`${pod.metadata?.name ?? ""}/${name}`, restartCount] as const,
      ),
    ),
  );

/** New restarts since the first look; a pod that was not there then started at zero (S-30, S-50). */
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
