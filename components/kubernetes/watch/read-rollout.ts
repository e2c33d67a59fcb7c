import type { V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import { selectorText } from "../objects/selector-text";
import { readStepName, workloadPath, type NamedWorkload } from "../objects/workload-kind";
import type { Json, JsonList } from "../api/json";
import { StepFailure } from "../../upgrade/step-io";
import type { DeploymentView, RolloutView, StatefulSetView } from "./rollout-view";

/**
 * One look at a workload, what it has made and its pods. The workload is read first: what its status speaks of has happened by the time
 * that the pods are listed.
 *
 * @param name - as steps call it: a Deployment by its name alone
 * @throws StepFailure if there is no such workload.
 */
export async function readRollout(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<RolloutView> {
  const workload = readStepName(name);
  return workload.kind === "StatefulSet"
    ? readStatefulSet(client, namespace, workload.name)
    : readDeployment(client, namespace, workload.name);
}

/** One look at a Deployment. @param name - its name alone @throws StepFailure if there is no such Deployment. */
export async function readDeployment(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<DeploymentView> {
  const workload = { kind: "Deployment", name } as const;
  const deployment = await find<Json<V1Deployment>>(client, namespace, workload);
  const query = queryOf(deployment);
  const replicaSetsPath = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const [replicaSets, pods] = await Promise.all([
    client.get<JsonList<V1ReplicaSet>>(`${replicaSetsPath}?${query}`),
    client.get<JsonList<V1Pod>>(`/api/v1/namespaces/${namespace}/pods?${query}`),
  ]);
  return { deployment, replicaSets: replicaSets.items, pods: pods.items };
}

/** One look at a StatefulSet. @param name - its name alone @throws StepFailure if there is no such StatefulSet. */
export async function readStatefulSet(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<StatefulSetView> {
  const workload = { kind: "StatefulSet", name } as const;
  const statefulSet = await find<Json<V1StatefulSet>>(client, namespace, workload);
  const path = `/api/v1/namespaces/${namespace}/pods?${queryOf(statefulSet)}`;
  const { items } = await client.get<JsonList<V1Pod>>(path);
  return { statefulSet, pods: items };
}

const queryOf = ({ spec }: Json<V1Deployment> | Json<V1StatefulSet>): string =>
  `labelSelector=${encodeURIComponent(selectorText(spec?.selector))}`;

async function find<T>(
  client: ClusterClient,
  namespace: string,
  workload: NamedWorkload,
): Promise<T> {
  const found = await client.find<T>(workloadPath(namespace, workload));
  if (found !== undefined) return found;
  throw new StepFailure(
    `there is no ${workload.kind} ${namespace}/${workload.name}`,
    "run pulumi refresh, then the upgrade again: it makes what is missing",
  );
}
