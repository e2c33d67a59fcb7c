import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json, JsonList } from "../api/json";

/** The newest warning about one of these pods: a volume that cannot be mounted, a failing preStop (T-38); "" if there is none. */
export const podWarning = (
  client: ClusterClient,
  namespace: string,
  pods: readonly Json<V1Pod>[],
): Promise<string> =>
  newestWarning(
    client,
    namespace,
    "Pod",
    pods.map(({ metadata }) => metadata?.name),
  );

/** The newest warning about a StatefulSet: a pod that it may not create; "" if there is none. It has no condition that says so. */
export const statefulSetWarning = (
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<string> => newestWarning(client, namespace, "StatefulSet", [name]);

async function newestWarning(
  client: ClusterClient,
  namespace: string,
  kind: string,
  names: readonly (string | undefined)[],
): Promise<string> {
  const query = `fieldSelector=type%3DWarning%2CinvolvedObject.kind%3D${kind}`;
  const path = `/api/v1/namespaces/${namespace}/events?${query}`;
  const { items } = await client.get<JsonList<CoreV1Event>>(path);
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
