import type { V1Deployment, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import { selectorText } from "../objects/selector-text";
import type { Json, JsonList } from "../api/json";
import { StepFailure } from "../../upgrade/step-io";
import type { RolloutView } from "./judge-rollout";

/**
 * One look at a Deployment, its ReplicaSets and its pods. The Deployment is read first: what its status speaks of has happened by
 * the time that the pods are listed.
 *
 * @throws StepFailure if there is no such Deployment.
 */
export async function readRollout(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<RolloutView> {
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const deployment = await client.find<Json<V1Deployment>>(`${apps}/deployments/${name}`);
  if (deployment === undefined)
    throw new StepFailure(
      `there is no Deployment ${namespace}/${name}`,
      "run the upgrade again; it creates what is missing",
    );
  const query = `labelSelector=${encodeURIComponent(selectorText(deployment.spec?.selector))}`;
  const [replicaSets, pods] = await Promise.all([
    client.get<JsonList<V1ReplicaSet>>(`${apps}/replicasets?${query}`),
    client.get<JsonList<V1Pod>>(`/api/v1/namespaces/${namespace}/pods?${query}`),
  ]);
  return { deployment, replicaSets: replicaSets.items, pods: pods.items };
}
