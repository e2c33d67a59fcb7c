import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../kubernetes/api/client";
import type { Json, JsonList } from "../kubernetes/api/json";
import { isReady } from "../kubernetes/objects/ready";
import type { BridgeFacts } from "./gates/bridge-room";
import { parseBridgeMetrics } from "./sessions/bridge-metrics";

/** Port of a bridge's health and metrics. Source: `mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates/statefulset-bridge.yaml` */
const PORT = 8080;
/** Longest wait for the metrics of one bridge, in milliseconds. */
const TIMEOUT = 3000;

/**
 * The bridges of a release that run, each with what it says of its tunnels: only a bridge itself counts them right, the API's own number goes astray (section 5.3 of
 * the facts). Changes nothing.
 *
 * @throws ClusterError where the pods may not be listed; a bridge that does not answer has no tunnels told
 */
export async function lookAtBridges(
  client: Pick<ClusterClient, "get" | "ask">,
  { namespace, release }: { readonly namespace: string; readonly release: string },
): Promise<readonly BridgeFacts[]> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=bridge`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { items } = await client.get<JsonList<V1Pod>>(
    `${pods}?labelSelector=${encodeURIComponent(selector)}`,
  );
  const there = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  return Promise.all(
    there.map(async (pod: Json<V1Pod>): Promise<BridgeFacts> => {
      const name = pod.metadata?.name ?? "";
      const reply = await client
        .ask(`${pods}/${name}:${PORT}/proxy/metrics`, { accept: "*/*", timeout: TIMEOUT })
        .catch(() => undefined);
      const metrics = reply?.status === 200 ? parseBridgeMetrics(reply.body) : undefined;
      return {
        name,
        ready: isReady(pod),
        tunnels: metrics && { open: metrics.open, pinned: metrics.immovable },
      };
    }),
  );
}
