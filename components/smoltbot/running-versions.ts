import { readImage } from "../upgrade/image-name";
import type { ClusterFacts, PodFacts } from "../upgrade/facts";

/** The container that carries the release; others in its pod have versions of their own. */
export const GATEWAY_CONTAINER = "gateway";

/** Counter of requests with a label `status`. Source: mnemom/smoltbot@33f9a5a, /metrics. */
export const REQUESTS_METRIC = "gateway_requests_total";

/** The gateway's pods that run or start now: neither those on their way out nor ones that have ended. */
export const runningPods = (
  { pods }: ClusterFacts,
  selector: Readonly<Record<string, string>>,
): readonly PodFacts[] =>
  pods
    .filter(({ labels, terminating }) => !terminating && matches(labels, selector))
    .filter(({ phase }) => phase === "Running" || phase === "Pending");

/** Tags of the gateway images that run or start now: neither of pods on their way out nor of ones that have ended. */
export function runningVersions(
  cluster: ClusterFacts,
  selector: Readonly<Record<string, string>>,
): string[] {
  const tags = runningPods(cluster, selector)
    .flatMap(({ containers }) => containers.filter(({ name }) => name === GATEWAY_CONTAINER))
    .map(({ image }) => readImage(image).tag ?? "latest");
  return [...new Set(tags)];
}

const matches = (
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);
