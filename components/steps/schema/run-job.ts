import { setTimeout as pause } from "node:timers/promises";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../../kubernetes/client";
import { jobState, type JobState } from "../../kubernetes/job-state";
import { findPodSigns } from "../../kubernetes/pod-signs";
import { signFix, weighSigns, type Sign, type Since } from "../../kubernetes/signs";
import type { Wire } from "../../kubernetes/wire";
import { StepFailure, type StepIo } from "../step";
import {
  findJob,
  makeJob,
  otherRunners,
  podsOfJob,
  removeJob,
  suspendJob,
  type JobPlace,
} from "../job-calls";
import { migrationLog } from "./migration-log";
import { sameJob } from "./same-job";
import { tellingLines } from "../telling-lines";

/** What is needed to run the Job. */
export interface JobInput {
  readonly namespace: string;
  readonly job: string;
  readonly instance: string;
  readonly manifest?: Readonly<Record<string, unknown>> | undefined;
  readonly deadlineSeconds: number;
  readonly unschedulableWithinSeconds: number;
  /** True where a restore has taken away what the Job may have done. */
  readonly undone: boolean;
}

/** Time for the Job's own deadline to strike first: its words are better than ours. In seconds. */
const grace = 60;

/**
 * Brings the Job to its end, wherever an earlier run has left it: waits for another runner, starts it, makes a failed one again, follows a
 * running one; runs a complete one again where a restore has undone it. Returns once it is complete, with the last lines of its log; with none where it was complete before.
 *
 * @param beforeStart done before a Job is started that runs no more, or not yet.
 * @throws StepFailure with the reason and the last lines of its log.
 */
export async function runJob(
  client: ClusterClient,
  input: JobInput,
  io: StepIo,
  beforeStart: () => Promise<void>,
): Promise<readonly string[]> {
  const place = { namespace: input.namespace, name: input.job };
  await waitForOthers(client, place, input, io);
  const job = await findJob(client, place);
  const state = job === undefined ? "missing" : jobState(job).state;
  if (state === "complete" && !input.undone) {
    io.say(`Job ${place.name} has completed before`);
    return [];
  }
  if (state !== "active" && state !== "waiting") await beforeStart();
  await start(client, place, job, input, io);
  return follow(client, place, input, io);
}

async function waitForOthers(
  client: ClusterClient,
  place: JobPlace,
  { instance, deadlineSeconds }: JobInput,
  io: StepIo,
): Promise<void> {
  const end = Date.now() + deadlineSeconds * 1000;
  for (let said = ""; ;) {
    const others = (await otherRunners(client, place, instance)).join(", ");
    if (others === "") return;
    if (others !== said) io.say(`waiting for another migration to end: ${others}`);
    said = others;
    if (Date.now() > end)
      throw new StepFailure(
        `another migration still runs after ${deadlineSeconds} s: Job ${others}`,
        "wait for it to end, or delete that Job if nothing of it works any more, then run the upgrade again",
      );
    await pause(1000, undefined, { signal: io.signal });
  }
}

async function start(
  client: ClusterClient,
  place: JobPlace,
  job: Wire<V1Job> | undefined,
  { manifest }: JobInput,
  io: StepIo,
): Promise<void> {
  if (job === undefined) {
    if (manifest === undefined)
      throw new StepFailure(
        `there is no Job ${place.namespace}/${place.name}`,
        "run pulumi refresh, then the upgrade again: it makes the Job",
      );
    io.say(`Job ${place.name} is gone; making it again`);
    return makeJob(client, place, sameJob(manifest));
  }
  const { state, reason } = jobState(job);
  if (state === "failed" || state === "complete") {
    const why =
      state === "failed"
        ? `has failed before (${reason})`
        : "has completed before a restore took away what it did";
    io.say(`Job ${place.name} ${why}; making it again`);
    await removeJob(client, place, io.signal);
    return makeJob(client, place, sameJob(job));
  }
  if (state === "suspended") {
    io.say(`starting Job ${place.name}`);
    await suspendJob(client, place, false);
    return;
  }
  io.say(`Job ${place.name} runs already`);
}

async function follow(
  client: ClusterClient,
  place: JobPlace,
  { deadlineSeconds, unschedulableWithinSeconds: unschedulable }: JobInput,
  io: StepIo,
): Promise<readonly string[]> {
  const log = migrationLog(client, place.namespace, io);
  const end = Date.now() + (deadlineSeconds + grace) * 1000;
  let since: Since = new Map();
  for (;;) {
    const job = await findJob(client, place);
    const pods = await podsOfJob(client, place);
    await log.follow(pods);
    const now = job === undefined ? undefined : jobState(job);
    if (now?.state === "complete") return log.tail();
    if (now === undefined || now.state === "failed" || Date.now() > end)
      throw hasEnded(place, now, pods, log.tail(), deadlineSeconds);
    const signs = pods.flatMap((pod) => findPodSigns(pod, { unschedulable }));
    since = await giveUpOn(signs, client, place, since);
    await pause(1000, undefined, { signal: io.signal });
  }
}

/** Gives up on a pod that cannot start. The Job is held then: it would keep the next one waiting, and has not touched the database. */
async function giveUpOn(
  signs: readonly Sign[],
  client: ClusterClient,
  place: JobPlace,
  before: Since,
): Promise<Since> {
  const standing = signs.filter(({ kind }) => hopeless.includes(kind));
  const { since, ripe } = weighSigns(standing, before, Date.now());
  const [worst] = ripe;
  if (worst === undefined) return since;
  await suspendJob(client, place, true);
  throw new StepFailure(`the migration cannot start: ${worst.text}`, signFix[worst.kind]);
}

/** A pod with one of these runs nothing. */
const hopeless: readonly string[] = ["image", "settings", "unschedulable"];

function hasEnded(
  place: JobPlace,
  state: JobState | undefined,
  pods: readonly Wire<V1Pod>[],
  tail: readonly string[],
  deadlineSeconds: number,
): StepFailure {
  const codes = pods.flatMap(
    ({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? [],
  );
  const code = codes.length === 0 ? "" : `, exit code ${codes.at(-1) ?? 0}`;
  const why =
    state === undefined
      ? "somebody deleted it"
      : state.state === "failed"
        ? `${state.reason}${code}${state.message === "" ? "" : ` (${state.message})`}`
        : `still ${state.state} after ${deadlineSeconds + grace} s`;
  const lines =
    tail.length === 0 ? "it wrote nothing" : `it wrote: ${tellingLines(tail).join(" | ")}`;
  return new StepFailure(
    `the migration failed: ${why}; Job ${place.name}; ${lines}`,
    "mend what the lines name and run the upgrade again; the old release keeps serving meanwhile",
  );
}
