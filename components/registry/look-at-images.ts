import type { ClusterFacts } from "../upgrade/facts";
import { seen, type Look } from "../upgrade/look";
import { fullName } from "./manifest-place";

/** Whether each image exists, by its name as the objects write it. */
export type ImageLooks = Readonly<Record<string, Look<boolean>>>;

/**
 * Finds out which images exist: one that a node has or a pod runs does, and nobody is asked; for the others their registries are asked,
 * all at once.
 */
export async function lookAtImages(
  images: readonly string[],
  cluster: Look<ClusterFacts>,
  ask: (image: string) => Promise<Look<boolean>>,
): Promise<ImageLooks> {
  const there = new Set(cluster.seen ? imagesThere(cluster.value) : []);
  const looks = [...new Set(images)].map(
    async (image) => [image, there.has(fullName(image)) ? seen(true) : await ask(image)] as const,
  );
  return Object.fromEntries(await Promise.all(looks));
}

const imagesThere = ({ nodes, pods }: ClusterFacts): readonly string[] => [
  ...nodes.flatMap((node) => node.images),
  ...pods
    .flatMap(({ containers }) => containers)
    .filter(({ digest }) => digest !== "")
    .map(({ image }) => fullName(image)),
];
