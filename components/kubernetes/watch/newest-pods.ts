import type { V1Pod } from "@kubernetes/client-node";
import type { Json } from "../api/json";
import type { RolloutView } from "./judge-rollout";

const revision = "deployment.kubernetes.io/revision";

/**
 * Pods of the ReplicaSet that carries the Deployment's own revision; none before the controller has made it.
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/sync.go` (getNewReplicaSet).
 */
export function newestPods(view: RolloutView): readonly Json<V1Pod>[] {
  const { annotations, uid: owner } = view.deployment.metadata ?? {};
  const wanted = annotations?.[revision];
  const newest = view.replicaSets.find(
    ({ metadata }) =>
      metadata?.annotations?.[revision] === wanted &&
      metadata?.ownerReferences?.some(({ uid }) => uid === owner) === true,
  )?.metadata?.uid;
  if (wanted === undefined || newest === undefined) return [];
  return view.pods.filter(
    ({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === newest) === true,
  );
}
