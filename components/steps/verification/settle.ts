import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../../kubernetes/api/client";
import type { Json } from "../../kubernetes/api/json";
import { judgeRollout } from "../../kubernetes/watch/judge-rollout";
import { newestPods } from "../../kubernetes/watch/newest-pods";
import { readRollout } from "../../kubernetes/watch/read-rollout";
import type { Fault } from "./fault";
import type { VerificationTask, VerifiedWorkload } from "./verification-input";

/** The workloads of a release with the pods that serve for it, and what is not as it should be. */
export interface Settled {
  readonly workloads: readonly {
    readonly workload: VerifiedWorkload;
    readonly pods: readonly Json<V1Pod>[];
  }[];
  readonly faults: readonly Fault[];
  /** What may be unready and is, in words: its pods are left out of everything that is judged. */
  readonly leftOut: readonly string[];
}

/** An autoscaler may just be adding a pod: that long it has to become ready, in milliseconds. */
const patience = 20_000;

/** Looks until every workload is completely rolled out (S-28, S-29), for some seconds at most. */
export async function settle(
  client: ClusterClient,
  task: VerificationTask,
  signal: AbortSignal | undefined,
): Promise<Settled> {
  for (const end = Date.now() + patience; ;) {
    const settled = await lookOnce(client, task);
    if (settled.faults.length === 0 || Date.now() > end) return settled;
    await pause(1000, undefined, { signal });
  }
}

/** How every workload is right now. */
export async function lookOnce(client: ClusterClient, task: VerificationTask): Promise<Settled> {
  const looks = await Promise.all(task.workloads.map((workload) => look(client, task, workload)));
  return {
    workloads: looks,
    faults: looks.flatMap(({ fault }) => fault ?? []),
    leftOut: looks.flatMap(({ leftOut }) => leftOut ?? []),
  };
}

/** Every pod that serves for the release. */
export const podsOf = ({ workloads }: Settled): readonly Json<V1Pod>[] =>
  workloads.flatMap(({ pods }) => pods);

/** Names of the pods that answer on the service's port. */
export const httpPods = ({ workloads }: Settled): readonly string[] =>
  workloads
    .filter(({ workload }) => workload.http)
    .flatMap(({ pods }) => pods.map(({ metadata }) => metadata?.name ?? ""));

interface Sight {
  readonly workload: VerifiedWorkload;
  readonly pods: readonly Json<V1Pod>[];
  readonly fault?: Fault;
  readonly leftOut?: string;
}

async function look(
  client: ClusterClient,
  task: VerificationTask,
  workload: VerifiedWorkload,
): Promise<Sight> {
  const view = await readRollout(client, task.namespace, workload.name);
  const { state, progress, sign } = judgeRollout(view, new Map(), Date.now());
  const pods = newestPods(view).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const more = sign === undefined ? "" : `, ${sign.text}`;
  const text = `${workload.name} is not completely rolled out: ${progress}${more}`;
  if (state === "done") return { workload, pods };
  if (workload.mayBeUnready)
    return {
      workload,
      pods: [],
      leftOut: `not ready and so not verified, as before: ${progress}`,
    };
  const fault: Fault = { kind: "rollout", text };
  return { workload, pods, fault };
}
