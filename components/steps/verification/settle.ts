import { setTimeout as pause } from "node:timers/promises";
import type { Instance, Platform } from "../../upgrade/platform";
import type { VerificationTask, VerifiedWorkload } from "../verification-input";
import type { Fault } from "./fault";

/** The workloads of a release with the instances that serve for it, and what is not as it should be. */
export interface Settled {
  readonly workloads: readonly {
    readonly workload: VerifiedWorkload;
    readonly instances: readonly Instance[];
  }[];
  readonly faults: readonly Fault[];
  /** What may be unready and is, in words: its instances are left out of everything that is judged. */
  readonly leftOut: readonly string[];
}

/** An autoscaler may just be adding an instance: that long it has to become ready, in milliseconds. */
const longestWait = 20_000;

/** Looks until every workload is completely rolled out (S-28, S-29), for some seconds at most. */
export async function settle(
  platform: Pick<Platform, "look">,
  task: VerificationTask,
  signal: AbortSignal | undefined,
): Promise<Settled> {
  for (const end = Date.now() + longestWait; ;) {
    const settled = await lookOnce(platform, task);
    if (settled.faults.length === 0 || Date.now() > end) return settled;
    await pause(1000, undefined, { signal });
  }
}

/** How every workload is right now. */
export async function lookOnce(
  platform: Pick<Platform, "look">,
  task: VerificationTask,
): Promise<Settled> {
  const looks = await Promise.all(task.workloads.map((workload) => look(platform, workload)));
  return {
    workloads: looks,
    faults: looks.flatMap(({ fault }) => fault ?? []),
    leftOut: looks.flatMap(({ leftOut }) => leftOut ?? []),
  };
}

/** Every instance that serves for the release. */
export const instancesOf = ({ workloads }: Settled): readonly Instance[] =>
  workloads.flatMap(({ instances }) => instances);

/** Names of the instances that answer on the service's port. */
export const httpInstances = ({ workloads }: Settled): readonly string[] =>
  workloads
    .filter(({ workload }) => workload.http)
    .flatMap(({ instances }) => instances.map(({ name }) => name));

interface Sight {
  readonly workload: VerifiedWorkload;
  readonly instances: readonly Instance[];
  readonly fault?: Fault;
  readonly leftOut?: string;
}

async function look(platform: Pick<Platform, "look">, workload: VerifiedWorkload): Promise<Sight> {
  const { state, progress, problem, instances } = await platform.look(workload.name);
  if (state === "done") return { workload, instances };
  if (workload.mayBeUnready)
    return {
      workload,
      instances: [],
      leftOut: `not ready and so not verified, as before: ${progress}`,
    };
  const more = problem === undefined ? "" : `, ${problem.text}`;
  const text = `${workload.name} is not completely rolled out: ${progress}${more}`;
  return { workload, instances, fault: { kind: "rollout", text } };
}
