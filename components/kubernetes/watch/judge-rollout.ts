import type { V1Deployment, V1DeploymentCondition } from "@kubernetes/client-node";
import { findPodProblems, type Tolerance } from "./pod-problems";
import { overdueProblems, type PodProblem, type Since } from "./problems";
import type { Json } from "../api/json";
import { newestPods } from "./newest-pods";
import { isReady } from "../objects/ready";
import { isAlive, isObserved, workloadOf, type RolloutView } from "./rollout-view";

/** What one look says about the rollout. */
export interface RolloutVerdict {
  readonly state: "done" | "waiting" | "failed";
  /** Where it stands: `gateway 1/2 ready (new), 2 old`. */
  readonly progress: string;
  /** What is wrong, in words; undefined while nothing is. Standing trouble that may still pass is named as well. */
  readonly problem?: PodProblem;
  readonly since: Since;
}

/**
 * Judges a rollout by one look and by what earlier looks saw. Done means that the controller has seen the newest spec, every wanted pod
 * is of it, ready and available, and older pods are gone or ending (S-28, S-29, S-30). Only pods of the newest release can fail it:
 * an old pod in trouble is what the upgrade replaces.
 */
export function judgeRollout(
  view: RolloutView,
  since: Since,
  now: number,
  tolerance: Tolerance = {},
): RolloutVerdict {
  const workload = workloadOf(view);
  const { metadata, spec, status } = workload;
  const newest = newestPods(view);
  const problems = [
    ...("deployment" in view ? deploymentProblems(view.deployment) : []),
    ...newest.flatMap((pod) => findPodProblems(pod, tolerance)),
  ];
  const weighed = overdueProblems(problems, since, now);
  const old = view.pods.filter((pod) => !newest.includes(pod) && isAlive(pod)).length;
  const wanted = spec?.replicas ?? 1;
  const ready = newest.filter((pod) => isAlive(pod) && isReady(pod)).length;
  const progress = `${metadata?.name ?? ""} ${ready}/${wanted} ready (new), ${old} old`;
  const observed = isObserved(workload);
  const complete = [
    status?.replicas,
    status?.updatedReplicas,
    status?.readyReplicas,
    status?.availableReplicas,
  ].every((count) => (count ?? 0) === wanted);
  const base = { progress, since: weighed.since };
  if (observed && complete && old === 0 && ready >= wanted) return { ...base, state: "done" };
  const [worst] = weighed.overdue;
  if (observed && worst !== undefined) return { ...base, state: "failed", problem: worst };
  return {
    ...base,
    state: "waiting",
    ...(problems[0] === undefined ? {} : { problem: problems[0] }),
  };
}

function deploymentProblems(deployment: Json<V1Deployment>): readonly PodProblem[] {
  const name = deployment.metadata?.name ?? "";
  const conditions = deployment.status?.conditions ?? [];
  const paused: readonly PodProblem[] =
    deployment.spec?.paused === true
      ? [
          {
            key: "paused",
            kind: "stalled",
            text: `${name} is paused (kubectl rollout resume goes on with it)`,
            tolerance: 0,
          },
        ]
      : [];
  return [...paused, ...conditions.flatMap((condition) => conditionProblems(name, condition))];
}

function conditionProblems(
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
        tolerance: 8,
      },
    ];
  if (condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded")
    return [
      { key: "stalled", kind: "stalled", text: `${name} has stalled: ${message}`, tolerance: 0 },
    ];
  return [];
}
