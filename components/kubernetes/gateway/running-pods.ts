import { valid } from "semver";
import { readImage } from "../../upgrade/image-name";
import type { ClusterFacts, PodFacts } from "../facts/cluster-facts";

/** The pods of a selector that run or start now: neither those on their way out nor ones that have ended. */
export const runningPods = (
  { pods }: Pick<ClusterFacts, "pods">,
  selector: Readonly<Record<string, string>>,
): readonly PodFacts[] =>
  pods
    .filter(({ labels, terminating }) => !terminating && matches(labels, selector))
    .filter(({ phase }) => phase === "Running" || phase === "Pending");

/** Releases of the images that one of their containers runs or starts now, each once: a tag that is a version counts without its `v`, any other as it is. */
export function runningVersions(
  cluster: Pick<ClusterFacts, "pods">,
  selector: Readonly<Record<string, string>>,
  container: string,
): string[] {
  const tags = runningPods(cluster, selector)
    .flatMap(({ containers }) => containers.filter(({ name }) => name === container))
    .map(({ image }) => readImage(image).tag ?? "latest")
    .map((tag) => valid(tag) ?? tag);
  return [...new Set(tags)];
}

const matches = (
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);
