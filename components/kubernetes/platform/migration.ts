import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { Migration, MigrationName, MigrationState } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import type { ClusterClient } from "../api/client";
import type { Json } from "../api/json";
import { manifestDigest } from "../../upgrade/running-image";
import { jobState } from "../objects/job-state";
import {
  findJob,
  makeJob,
  otherRunners,
  podsOfJob,
  removeJob,
  suspendJob,
} from "../watch/job-calls";
import { readPodLog } from "../watch/pod-log";
import { findPodProblems, type Tolerance } from "../watch/pod-problems";
import { overdueProblems, toProblem, type Since } from "../watch/problems";
import { sameJob } from "../watch/same-job";

/** The Job that migrates a database; see {@link Migration}. */
export function migration(
  client: ClusterClient,
  namespace: string,
  { name, instance, manifest, unschedulableWithinSeconds }: MigrationName,
  signal: AbortSignal | undefined,
): Migration {
  const place = { namespace, name };
  let since: Since = new Map();
  const problemOf = (pods: readonly Json<V1Pod>[]) => {
    const found = overdueProblems(
      startProblems(pods, { unschedulable: unschedulableWithinSeconds }),
      since,
      Date.now(),
    );
    since = found.since;
    return toProblem(found.overdue[0]);
  };
  const makeAnew = async (job: Json<V1Job> | undefined) => {
    if (job !== undefined) await removeJob(client, place, signal);
    await makeJob(client, place, sameJob(job ?? manifest ?? unknownJob(namespace, name)));
  };
  return {
    words: `Job ${name}`,
    others: () => otherRunners(client, place, instance),
    state: async () => stateOf(await findJob(client, place)),
    look: async () => {
      const job = await findJob(client, place);
      const pods = await podsOfJob(client, place);
      const output = await Promise.all(
        pods.filter(hasStarted).map(async ({ metadata }) => {
          const pod = metadata?.name ?? "";
          return { instance: pod, lines: await readPodLog(client, { namespace, instance: pod }) };
        }),
      );
      return { ...stateOf(job), exitCode: exitCode(pods), output, problem: problemOf(pods) };
    },
    start: async () => {
      const job = await findJob(client, place);
      // One that has begun before is as old as its first start when it goes on: its deadline may end it at once.
      if (job?.status?.startTime === undefined) await suspendJob(client, place, false);
      else await makeAnew(job);
    },
    startAnew: async () => makeAnew(await findJob(client, place)),
    hold: async () => {
      await suspendJob(client, place, true);
    },
    remove: () => removeJob(client, place, signal),
    imageId: async () => {
      const pods = await podsOfJob(client, place);
      const ids = pods.map(({ status }) => status?.containerStatuses?.[0]?.imageID);
      return ids.findLast((id) => manifestDigest(id) !== undefined) ?? ids.at(-1);
    },
  };
}

const stateOf = (job: Json<V1Job> | undefined): MigrationState =>
  job === undefined ? { state: "missing", reason: "", message: "" } : jobState(job);

function unknownJob(namespace: string, name: string): never {
  throw new StepFailure(
    `there is no Job ${namespace}/${name}`,
    "run pulumi refresh, then the upgrade again: it makes the Job",
  );
}

const hasStarted = ({ status }: Json<V1Pod>): boolean =>
  status?.containerStatuses?.some(({ state }) => state?.waiting === undefined) === true;

/** A pod with one of these runs nothing; others a Job sees to by itself. */
const hopeless: readonly string[] = ["image", "settings", "unschedulable"];

const startProblems = (pods: readonly Json<V1Pod>[], tolerance: Tolerance) =>
  pods
    .flatMap((pod) => findPodProblems(pod, tolerance))
    .filter(({ kind }) => hopeless.includes(kind));

const exitCode = (pods: readonly Json<V1Pod>[]): number | undefined =>
  pods
    .flatMap(({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? [])
    .at(-1);
