import { setTimeout as pause } from "node:timers/promises";
import type { ImageFacts } from "../upgrade/facts";
import { observed, type Observation } from "../upgrade/observation";
import { fullName } from "./manifest-place";

/** What is known of each image, by its name as the objects write it. */
export type ImageLooks = Readonly<Record<string, Observation<ImageFacts>>>;

/** A place where images run, as much of it as tells which are there already: nodes with their images, and pods with theirs. */
export interface ImagesThere {
  readonly nodes: readonly {
    /** By their full names. */
    readonly images: readonly string[];
    readonly digests?: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly pods: readonly {
    readonly containers: readonly {
      readonly image: string;
      /** `sha256:...` of the running image, or "" before it runs. */
      readonly digest: string;
      /** Digest of the manifest under which it was pulled; undefined if nobody tells. */
      readonly manifest?: string | undefined;
    }[];
  }[];
}

/** The cluster, which spares the question to a registry, has so long to answer first, in milliseconds. */
const HEAD_START_MS = 1000;

/**
 * Finds out which images exist, and their digests as far as somebody knows them: one that a node has or a pod runs does, and nobody is
 * asked; for the others their registries are asked, all at once. A slow cluster is not waited for before that.
 */
export async function lookAtImages(
  images: readonly string[],
  cluster: Promise<Observation<ImagesThere>>,
  ask: (image: string) => Promise<Observation<ImageFacts>>,
  headStart = HEAD_START_MS,
): Promise<ImageLooks> {
  const early = await Promise.race([cluster, pause(headStart, undefined, { ref: false })]);
  const known = early?.observed === true ? imagesThere(early.value) : new Map<string, ImageFacts>();
  const looks = [...new Set(images)].map(async (image) => {
    const there = known.get(fullName(image));
    if (there !== undefined) return [image, observed(there)] as const;
    const [answer, late] = await Promise.all([ask(image), cluster]);
    const found = late.observed ? imagesThere(late.value).get(fullName(image)) : undefined;
    return [image, found === undefined ? answer : observed(found)] as const;
  });
  return Object.fromEntries(await Promise.all(looks));
}

function imagesThere({ nodes, pods }: ImagesThere): ReadonlyMap<string, ImageFacts> {
  const there = new Map<string, ImageFacts>();
  const add = (name: string, digests: readonly string[]) => {
    const before = there.get(name)?.digests ?? [];
    there.set(name, { exists: true, digests: [...new Set([...before, ...digests])] });
  };
  for (const { images, digests } of nodes)
    for (const name of images) add(name, digests?.[name] ?? []);
  for (const { image, digest, manifest } of pods.flatMap(({ containers }) => containers))
    if (digest !== "") add(fullName(image), manifest === undefined ? [] : [manifest]);
  return there;
}
