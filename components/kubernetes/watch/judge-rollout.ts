import type {
  V1Deployment,
  V1DeploymentCondition,
  V1Pod,
  V1ReplicaSet,
} from "@kubernetes/client-node";
import { findPodProblems, type Tolerance } from "./pod-problems";
import { overdueProblems, type PodProblem, type Since } from "./problems";
import type { Json } from "../api/json";
import { newestPods } from "./newest-pods";
import { isReady } from "../objects/is-ready";

/** One look at a Deployment and at what it has made. */
export interface RolloutView {
  readonly deployment: Json<V1Deployment>;
  readonly replicaSets: readonly Json<V1ReplicaSet>[];
  /** Every pod that its selector matches. */
  readonly pods: readonly Json<V1Pod>[];
}

/** What one look says about the rollout. */
export interface RolloutVerdict {
  readonly state: "done" | "waiting" | "failed";
  /** Where it stands: `gateway 1/2 ready (new), 2 old`. */
  readonly progress: string;
  /** What is wrong, in words; undefined while nothing is. Standing trouble that may still pass is named as well. */
  readonly sign?: PodProblem;
  readonly since: Since;
}

/**
 * Judges a rollout by one look and by what earlier looks saw. Done means that the controller has seen the newest spec, every wanted pod
 * is of it, ready and available, and older pods are gone or ending (S-28, S-29, S-30). Only pods of the newest ReplicaSet can fail it:
 * an old pod in trouble is what the upgrade replaces.
 */
export function judgeRollout(
  view: RolloutView,
  since: Since,
  now: number,
  patience: Tolerance = {},
): RolloutVerdict {
  const { metadata, spec, status } = view.deployment;
  const newest = newestPods(view);
  const signs = [
    ...deploymentSigns(view.deployment),
    ...newest.flatMap((pod) => findPodProblems(pod, patience)),
  ];
  const weighed = overdueProblems(signs, since, now);
  const old = view.pods.filter((pod) => !newest.includes(pod) && isAlive(pod)).length;
  const wanted = spec?.replicas ?? 1;
  const ready = newest.filter(isServing).length;
  const progress = `${metadata?.name ?? ""} ${ready}/${wanted} ready (new), ${old} old`;
  const observed = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const complete = [
    status?.replicas,
    status?.updatedReplicas,
    status?.readyReplicas,
    status?.availableReplicas,
  ].every((count) => (count ?? 0) === wanted);
  const base = { progress, since: weighed.since };
  if (observed && complete && old === 0 && ready >= wanted) return { ...base, state: "done" };
  const [worst] = weighed.ripe;
  if (observed && worst !== undefined) return { ...base, state: "failed", sign: worst };
  return { ...base, state: "waiting", ...(signs[0] === undefined ? {} : { sign: signs[0] }) };
}

const isAlive = ({ metadata, status }: Json<V1Pod>): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.phase !== "Succeeded" &&
  status?.phase !== "Failed";

const isServing = (pod: Json<V1Pod>): boolean => isAlive(pod) && isReady(pod);

function deploymentSigns(deployment: Json<V1Deployment>): readonly PodProblem[] {
  const name = deployment.metadata?.name ?? "";
  const conditions = deployment.status?.conditions ?? [];
  const paused: readonly PodProblem[] =
    deployment.spec?.paused === true
      ? [{ key: "paused", kind: "stalled", text: `${name} is paused`, patience: 0 }]
      : [];
  return [...paused, ...conditions.flatMap((condition) => conditionSigns(name, condition))];
}

function conditionSigns(
  name: string,
  condition: Json<V1DeploymentCondition>,
): readonly PodProblem[] {
  const message = condition.message ?? condition.reason ?? "no reason given";
  if (condition.type === "ReplicaFailure" && condition.status === "True")
    return [
      {
        key: "forbidden",
        kind: "forbidden",
        text: `${name} may not create its pods: ${message}`,
        patience: 8,
      },
    ];
  if (condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded")
    return [
      { key: "stalled", kind: "stalled", text: `${name} has stalled: ${message}`, patience: 0 },
    ];
  return [];
}
