import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { ClientSpec, Container } from "../../upgrade/platform";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import type { ClusterClient } from "../api/client";
import type { Json } from "../api/json";
import { jobState } from "../objects/job-state";
import { isReady } from "../objects/ready";
import {
  findJob,
  listJobs,
  makeJob,
  podsOfJob,
  removeJob,
  type JobPlace,
} from "../watch/job-calls";
import { findPodProblems } from "../watch/pod-problems";
import { overdueProblems, problemFix, type Since } from "../watch/problems";
import { CLIENT_COMPONENT, CLIENT_CONTAINER, clientJob } from "./client-job";
import { containerOf, type KubernetesPlace } from "./kubectl";

/**
 * Runs work with a pod of our own inside the cluster and removes it afterwards, whatever happens. Jobs that killed runs left behind are
 * removed first.
 *
 * @param signal - ends the wait for the pod; what was made is removed all the same.
 * @throws StepFailure if the pod does not start, with the reason in words.
 */
export async function runClient<T>(
  client: ClusterClient,
  kubernetes: KubernetesPlace,
  spec: ClientSpec,
  { say, signal }: Pick<StepIo, "say" | "signal">,
  work: (container: Container) => Promise<T>,
): Promise<T> {
  const { namespace } = kubernetes;
  await removeLeftovers(client, namespace, say);
  const name = `${spec.name.slice(0, 40)}-database-${randomBytes(3).toString("hex")}`;
  const place = { namespace, name };
  try {
    say(`starting Job ${name}, which reaches the database from inside of the cluster`);
    await makeJob(client, place, clientJob(spec, place));
    const pod = await waitUntilReady(client, place, spec, signal);
    return await work(containerOf(kubernetes, pod, CLIENT_CONTAINER));
  } finally {
    await removeJob(client, place, undefined).catch(notGone(name, say));
  }
}

async function removeLeftovers(
  client: ClusterClient,
  namespace: string,
  say: StepIo["say"],
): Promise<void> {
  const jobs = await listJobs(client, namespace, `app.kubernetes.io/component=${CLIENT_COMPONENT}`);
  for (const name of leftovers(jobs, Date.now())) {
    say(`removing Job ${name}, which a killed run left behind`);
    // It keeps nobody from anything: a pod of it may be on a node that is gone.
    await removeJob(client, { namespace, name }, undefined).catch(notGone(name, say));
  }
}

/** What is left ends by itself: that is said, and fails nothing. */
const notGone = (name: string, say: StepIo["say"]) => (error: unknown) => {
  const why = error instanceof StepFailure ? error.reason : wordsOf(error);
  say(`Job ${name} could not be removed (${why}); it ends by itself`);
};

/** Milliseconds after which a client Job without a running pod belongs to nobody: whoever made it has long given up. */
const givenUp = 10 * 60 * 1000;

/**
 * Names the client Jobs that killed runs left behind: those that have ended, and those that have been waiting for their pod for longer than
 * anybody waits. A running one belongs to somebody, or ends by itself.
 */
export const leftovers = (jobs: readonly Json<V1Job>[], now: number): readonly string[] =>
  jobs.filter((job) => isLeftOver(job, now)).map(({ metadata }) => metadata?.name ?? "");

function isLeftOver(job: Json<V1Job>, now: number): boolean {
  const { state } = jobState(job);
  if (state === "complete" || state === "failed") return true;
  const born = Date.parse(job.metadata?.creationTimestamp ?? "");
  return (job.status?.ready ?? 0) === 0 && now - born > givenUp;
}

/** Waits for the pod of the Job to have its connection, and returns its name. */
async function waitUntilReady(
  client: ClusterClient,
  place: JobPlace,
  { startsWithinSeconds, image }: ClientSpec,
  signal: AbortSignal | undefined,
): Promise<string> {
  const end = Date.now() + startsWithinSeconds * 1000;
  let since: Since = new Map();
  for (;;) {
    const [pod] = await podsOfJob(client, place);
    if (pod !== undefined && isReady(pod) && pod.metadata?.deletionTimestamp === undefined)
      return pod.metadata?.name ?? "";
    failIfEnded(await findJob(client, place), pod);
    const problems = pod === undefined ? [] : findPodProblems(pod);
    const weighed = overdueProblems(problems, since, Date.now());
    since = weighed.since;
    const [worst] = weighed.overdue;
    if (worst !== undefined) throw cannotStart(worst.text, problemFix[worst.kind]);
    if (Date.now() > end)
      throw cannotStart(
        `its pod is not ready after ${startsWithinSeconds} s (image ${image})`,
        `look at it with kubectl describe job ${place.name} -n ${place.namespace} while it waits, then run this again`,
      );
    await pause(300, undefined, { signal });
  }
}

function failIfEnded(job: Json<V1Job> | undefined, pod: Json<V1Pod> | undefined): void {
  const state = job === undefined ? undefined : jobState(job);
  if (state !== undefined && state.state !== "failed" && state.state !== "complete") return;
  const ended = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  const why = ended?.message?.trim() ?? state?.message ?? "somebody deleted it";
  throw cannotStart(
    `it has ended: ${why || "no reason given"}`,
    "check the connection string in the Secret, and that the image holds sh, awk and the programs of PostgreSQL",
  );
}

const cannotStart = (words: string, fix: string): StepFailure =>
  new StepFailure(`the Job that reaches the database cannot start: ${words}`, fix);
