import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient, Reply } from "../../kubernetes/client";
import type { Wire } from "../../kubernetes/wire";
import { readPodLog } from "../pod-log";
import type { Redact } from "../redact";
import type { Fault } from "./fault";
import { judgeHealth } from "./judge-health";
import type { Probe } from "./judge-probes";
import { errorLines, logFaults } from "./judge-log";
import { parseRequests, type Requests, type Sample } from "./judge-traffic";
import type { VerificationTask } from "./verification-input";

/** An answer through the proxy of the API server, with its status whatever that is; undefined where there was none. */
const through = (
  client: ClusterClient,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply | undefined> =>
  client.ask(path, { accept: "*/*", headers, timeout: 5000 }).catch(() => undefined);

const podPath = ({ namespace, podPort }: VerificationTask, pod: string, path: string) =>
  `/api/v1/namespaces/${namespace}/pods/${pod}:${podPort}/proxy${path}`;

/** Requests that each pod has counted so far. */
export async function sampleRequests(
  client: ClusterClient,
  task: VerificationTask,
  pods: readonly string[],
): Promise<Sample> {
  const samples = await Promise.all(
    pods.map(async (pod): Promise<readonly [string, Requests] | undefined> => {
      const reply = await through(client, podPath(task, pod, task.paths.metrics));
      if (reply?.status !== 200) return undefined;
      return [pod, parseRequests(reply.body, task.requestsMetric)];
    }),
  );
  return new Map(samples.filter((sample) => sample !== undefined));
}

/** Asks every pod itself, since the service would show only those that are well (S-16, S-17, S-31). */
export async function readHealth(
  client: ClusterClient,
  task: VerificationTask,
  pods: readonly string[],
): Promise<readonly Fault[]> {
  const { ready, live, about } = task.paths;
  const faults = await Promise.all(
    pods.map(async (pod) => {
      const ask = (path: string) => through(client, podPath(task, pod, path));
      const [readyReply, liveReply, aboutReply] = await Promise.all([
        ask(ready),
        ask(live),
        ask(about),
      ]);
      const replies = { ready: readyReply, live: liveReply, about: aboutReply };
      return judgeHealth(pod, replies, task.reportedVersion);
    }),
  );
  return faults.flat();
}

/**
 * Sends requests through the service, evenly over the window (S-20): what a user of the gateway would see. Most go all the way.
 *
 * @param answered - is given each one when it is answered, or not in time
 * @param enough - no more are sent, and none is waited for, once this fires
 */
export async function sendProbes(
  client: ClusterClient,
  task: VerificationTask,
  answered: (probe: Probe) => void,
  enough: AbortSignal,
): Promise<void> {
  const { service, paths, proxied } = task;
  const root = `/api/v1/namespaces/${task.namespace}/services/${service.name}:${service.port}/proxy`;
  const own = [paths.ready, paths.about].map((path) => ({ path, headers: {}, ok: [200] }));
  const underWay: Promise<void>[] = [];
  const stopped = once(enough);
  for (let sent = 0; sent < task.requests && !enough.aborted; sent += 1) {
    const { path, headers, ok } = own[sent % 10] ?? proxied;
    const answer = through(client, `${root}${path}`, headers);
    underWay.push(
      answer.then((reply) => {
        if (!enough.aborted) answered({ path, ok, reply });
      }),
    );
    await Promise.race([pause((task.seconds * 1000) / task.requests), stopped]);
  }
  await Promise.race([Promise.all(underWay), stopped]);
}

const once = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });

/** Errors in the logs of all pods, of the last hour at most: what an older pod wrote long ago is not about this release. */
export async function readLogs(
  client: ClusterClient,
  task: VerificationTask,
  pods: readonly Wire<V1Pod>[],
  redact: Redact,
): Promise<readonly Fault[]> {
  const ignore = task.ignoreLogs.map((pattern) => new RegExp(pattern));
  const faults = await Promise.all(
    pods.map(async ({ metadata, spec }) => {
      const pod = metadata?.name ?? "";
      const { namespace } = task;
      const logs = await Promise.all(
        (spec?.containers ?? []).map(({ name: container }) =>
          readPodLog(client, { namespace, pod, container, lines: 5000, seconds: 3600 }),
        ),
      );
      return logFaults(pod, errorLines(logs.flat(), ignore).map(redact));
    }),
  );
  return faults.flat();
}
