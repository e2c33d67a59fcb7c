import type { V1Pod } from "@kubernetes/client-node";
import type { Json } from "../api/json";
import type { DeploymentView, RolloutView, StatefulSetView } from "./rollout-view";

/** Pods of the newest release of a workload, those on their way out among them; none before the controller has made any. */
export const newestPods = (view: RolloutView): readonly Json<V1Pod>[] =>
  "deployment" in view ? ofReplicaSet(view) : ofRevision(view);

const revision = "deployment.kubernetes.io/revision";

/**
 * Uid of the ReplicaSet that carries the Deployment's own revision; undefined before the controller has made it.
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/sync.go` (getNewReplicaSet).
 */
export function newestReplicaSet({ deployment, replicaSets }: DeploymentView): string | undefined {
  const { annotations, uid: owner } = deployment.metadata ?? {};
  const wanted = annotations?.[revision];
  if (wanted === undefined) return undefined;
  return replicaSets.find(
    ({ metadata }) =>
      metadata?.annotations?.[revision] === wanted &&
      metadata.ownerReferences?.some(({ uid }) => uid === owner) === true,
  )?.metadata?.uid;
}

function ofReplicaSet(view: DeploymentView): readonly Json<V1Pod>[] {
  const newest = newestReplicaSet(view);
  if (newest === undefined) return [];
  return view.pods.filter(
    ({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === newest) === true,
  );
}

/** Pods of the StatefulSet's update revision. */
function ofRevision({ statefulSet, pods }: StatefulSetView): readonly Json<V1Pod>[] {
  const { metadata, status } = statefulSet;
  const wanted = status?.updateRevision;
  if (wanted === undefined) return [];
  return pods.filter(
    (pod) =>
      revisionOf(pod) === wanted &&
      pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid) === true,
  );
}

/**
 * The revision of a StatefulSet by which a pod was made; undefined if none made it.
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/statefulset/stateful_set_utils.go` (getPodRevision).
 */
export const revisionOf = ({ metadata }: Json<V1Pod>): string | undefined =>
  metadata?.labels?.["controller-revision-hash"];
