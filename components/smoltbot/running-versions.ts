import { readImage } from "../kubernetes/images";
import type { ClusterFacts } from "../upgrade/facts";

/** The container that carries the release; others in its pod have versions of their own. */
export const GATEWAY_CONTAINER = "gateway";

/** Tags of the gateway images that run or start now: neither of pods on their way out nor of ones that have ended. */
export function runningVersions(
  cluster: ClusterFacts,
  selector: Readonly<Record<string, string>>,
): string[] {
  const tags = cluster.pods
    .filter(({ labels, terminating }) => !terminating && matches(labels, selector))
    .filter(({ phase }) => phase === "Running" || phase === "Pending")
    .flatMap(({ containers }) => containers.filter(({ name }) => name === GATEWAY_CONTAINER))
    .map(({ image }) => readImage(image).tag ?? "latest");
  return [...new Set(tags)];
}

const matches = (
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);
