import { runningVersions as tagsOf } from "../kubernetes/gateway/running-pods";
import type { ClusterFacts } from "../upgrade/facts";

export { runningPods } from "../kubernetes/gateway/running-pods";

/** The container that carries the release; others in its pod have versions of their own. */
export const GATEWAY_CONTAINER = "gateway";

/** Counter of requests with a label `status`. Source: `mnemom/smoltbot@33f9a5a`, /metrics. */
export const REQUESTS_METRIC = "gateway_requests_total";

/** Tags of the gateway images that run or start now. */
export const runningVersions = (
  cluster: ClusterFacts,
  selector: Readonly<Record<string, string>>,
): string[] => tagsOf(cluster, selector, GATEWAY_CONTAINER);
