import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../kubernetes/api/client";
import { jobState } from "../kubernetes/objects/job-state";
import { findPodProblems } from "../kubernetes/watch/pod-problems";
import { problemFix, overdueProblems, type Since } from "../kubernetes/watch/problems";
import type { Json } from "../kubernetes/api/json";
import { withCluster } from "../steps/cluster";
import {
  findJob,
  listJobs,
  makeJob,
  podsOfJob,
  removeJob,
  type JobPlace,
} from "../kubernetes/watch/job-calls";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";
import { startClient, type Client } from "./client";
import { CLIENT_COMPONENT, CLIENT_CONTAINER, clientJob } from "./client-job";
import { leftovers } from "./client-leftovers";
import { CONNECTION, leashScript } from "./connection-script";
import type { JobSource, PodSource } from "./database-source";
import { kubectlTarget } from "./kubectl-target";

/**
 * Runs work with a pod of our own inside the cluster that reaches the database, and removes it afterwards, come what may: it also ends when
 * this process does. Jobs that dead runs left behind are removed first.
 *
 * @throws StepFailure where the pod does not start, with the reason in words.
 */
export const withClientPod = <T>(
  source: JobSource,
  io: StepIo,
  work: (pod: PodSource) => Promise<T>,
): Promise<T> =>
  // Not stopped by the step's signal: what was made has to be removed.
  withCluster(source, { ...io, signal: undefined }, async (client) => {
    const { namespace } = source;
    await removeLeftovers(client, source, io);
    const name = `${source.name.slice(0, 40)}-database-${randomBytes(3).toString("hex")}`;
    const place = { namespace, name };
    let leash: Client | undefined;
    try {
      io.say(`starting Job ${name}, which reaches the database from inside of the cluster`);
      await makeJob(client, place, clientJob(source, name));
      const pod = await readyPod(client, place, source, io);
      leash = hold(source, pod, io);
      const { kubeconfig, context } = source;
      const target = { kubeconfig, context, namespace, pod, container: CLIENT_CONTAINER };
      return await work({ kind: "pod", ...target, database: await databaseOf(source, pod, io) });
    } finally {
      leash?.stdin.end();
      await removeJob(client, place, undefined).catch((error: unknown) => {
        io.say(`Job ${name} could not be removed (${wordsOf(error)}); it ends by itself`);
      });
      leash?.kill();
    }
  });

async function removeLeftovers(
  client: ClusterClient,
  { namespace }: JobSource,
  io: StepIo,
): Promise<void> {
  const jobs = await listJobs(client, namespace, `app.kubernetes.io/component=${CLIENT_COMPONENT}`);
  for (const name of leftovers(jobs, Date.now())) {
    io.say(`removing Job ${name}, which a dead run left behind`);
    await removeJob(client, { namespace, name }, undefined);
  }
}

/** Waits for the pod of the Job to have its connection, and returns its name. */
async function readyPod(
  client: ClusterClient,
  place: JobPlace,
  { startsWithinSeconds, image }: JobSource,
  { signal }: StepIo,
): Promise<string> {
  const end = Date.now() + startsWithinSeconds * 1000;
  let since: Since = new Map();
  for (;;) {
    const [pod] = await podsOfJob(client, place);
    if (pod !== undefined && isReady(pod)) return pod.metadata?.name ?? "";
    failWhereEnded(await findJob(client, place), pod);
    const weighed = overdueProblems(
      pod === undefined ? [] : findPodProblems(pod),
      since,
      Date.now(),
    );
    since = weighed.since;
    const [worst] = weighed.ripe;
    if (worst !== undefined) throw cannotStart(worst.text, problemFix[worst.kind]);
    if (Date.now() > end)
      throw cannotStart(
        `its pod is not ready after ${startsWithinSeconds} s (image ${image})`,
        `look at it with kubectl describe job ${place.name} -n ${place.namespace} while it waits, then run this again`,
      );
    await pause(300, undefined, { signal });
  }
}

const isReady = ({ status, metadata }: Json<V1Pod>): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.conditions?.some((entry) => entry.type === "Ready" && entry.status === "True") === true;

function failWhereEnded(job: Json<V1Job> | undefined, pod: Json<V1Pod> | undefined): void {
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

/** Ties the pod's life to ours: its script ends with this input, and the pod with it. */
const hold = (source: JobSource, pod: string, io: StepIo): Client => {
  const leash = runIn(source, pod, ["sh", "-c", leashScript], io);
  leash.stdout.resume();
  return leash;
};

async function databaseOf(source: JobSource, pod: string, io: StepIo): Promise<string> {
  const client = runIn(source, pod, ["cat", `${CONNECTION}/database`], io);
  client.stdin.end();
  const [name, { code, words }] = await Promise.all([text(client.stdout), client.end]);
  if (code === 0 && name.trim() !== "") return name.replace(/\n$/, "");
  throw new StepFailure(
    `kubectl exec does not reach pod ${source.namespace}/${pod}: ${words || "no reason given"}`,
    "grant pods/exec to the user of the kubeconfig and see that kubectl is installed, then run this again",
  );
}

const runIn = (source: JobSource, pod: string, command: readonly string[], io: StepIo): Client =>
  startClient({
    file: "kubectl",
    args: [
      ...kubectlTarget(source),
      ...["exec", "-i", "-n", source.namespace, pod, "-c", CLIENT_CONTAINER, "--", ...command],
    ],
    env: io.env,
    redact: (said) => said,
  });

/** Whether the Secret is there, found out without a look into it. */
export const hasSecret = ({ secret, ...source }: JobSource, io: StepIo): Promise<boolean> =>
  withCluster(source, io, async (client) => {
    const path = `/api/v1/namespaces/${source.namespace}/secrets/${secret.name}`;
    const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    const found = await client.find(path, { accept });
    return found !== undefined;
  });
