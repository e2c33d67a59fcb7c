import type { V1Deployment, V1Pod, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";
import type { Json } from "../api/json";
import type { NamedWorkload } from "../objects/workload-kind";

/** One look at a workload and at what it has made. */
export type RolloutView = DeploymentView | StatefulSetView;

interface PodsView {
  /** Every pod that its selector matches. */
  readonly pods: readonly Json<V1Pod>[];
}

export interface DeploymentView extends PodsView {
  readonly deployment: Json<V1Deployment>;
  readonly replicaSets: readonly Json<V1ReplicaSet>[];
}

export interface StatefulSetView extends PodsView {
  readonly statefulSet: Json<V1StatefulSet>;
}

/** A live workload, as far as both kinds are alike. */
export type LiveWorkload = Json<V1Deployment> | Json<V1StatefulSet>;

/** The workload of a view. */
export const workloadOf = (view: RolloutView): LiveWorkload =>
  "deployment" in view ? view.deployment : view.statefulSet;

/** Its kind and name. */
export const namedIn = (view: RolloutView): NamedWorkload => ({
  kind: "deployment" in view ? "Deployment" : "StatefulSet",
  name: workloadOf(view).metadata?.name ?? "",
});

/** Whether the controller has seen the newest spec: until then its status speaks of an older one. */
export const isObserved = ({ metadata, status }: LiveWorkload): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);

/** Whether a pod is there to stay: it has not ended and nobody has asked it to. */
export const isAlive = ({ metadata, status }: Json<V1Pod>): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.phase !== "Succeeded" &&
  status?.phase !== "Failed";
