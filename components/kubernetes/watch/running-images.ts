import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { JsonList } from "../api/json";

/** Images that one container runs in all pods with these labels; pods that have ended do not count. */
export async function runningImages(
  client: ClusterClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  container: string,
): Promise<readonly string[]> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const query = new URLSearchParams({
    labelSelector: selector.join(","),
    fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
  });
  const path = `/api/v1/namespaces/${namespace}/pods?${query.toString()}`;
  const { items } = await client.get<JsonList<V1Pod>>(path);
  const images = items.flatMap(
    (pod) => pod.spec?.containers.find(({ name }) => name === container)?.image ?? [],
  );
  return [...new Set(images)];
}
