import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json, JsonList } from "../api/json";

/** The newest warning about one of these pods: a volume that cannot be mounted, a failing preStop (T-38); "" if there is none. */
export async function podWarning(
  client: ClusterClient,
  namespace: string,
  pods: readonly Json<V1Pod>[],
): Promise<string> {
  const query = "fieldSelector=type%3DWarning%2CinvolvedObject.kind%3DPod";
  const path = `/api/v1/namespaces/${namespace}/events?${query}`;
  const { items } = await client.get<JsonList<CoreV1Event>>(path);
  const names = pods.map(({ metadata }) => metadata?.name);
  const when = (event: Json<CoreV1Event>) =>
    Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "");
  const newest = items
    .filter(({ involvedObject }) => names.includes(involvedObject.name))
    .reduce<Json<CoreV1Event> | undefined>(
      (best, event) => (best === undefined || when(event) >= when(best) ? event : best),
      undefined,
    );
  return newest === undefined ? "" : `${newest.reason ?? ""}: ${newest.message ?? ""}`;
}
