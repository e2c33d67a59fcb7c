import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { Call, ClusterClient, Reply } from "../../kubernetes/api/client";
import type { Json } from "../../kubernetes/api/json";
import { readPodLog } from "../../kubernetes/watch/pod-log";
import type { Redact } from "../../upgrade/redact";
import type { Fault } from "./fault";
import { judgeHealth } from "./judge-health";
import type { Probe } from "./judge-probes";
import { errorLines, logFaults } from "./judge-log";
import { secondsThatCount, type LogWindow } from "./log-window";
import { hasFired } from "./has-fired";
import { parseRequests, type Requests, type Sample } from "./judge-traffic";
import type { VerificationTask } from "./verification-input";

/** An answer through the proxy of the API server, with its status whatever that is; undefined where there was none. */
const through = (
  client: ClusterClient,
  path: string,
  call: Call = {},
): Promise<Reply | undefined> =>
  client.ask(path, { accept: "*/*", timeout: 5000, ...call }).catch(() => undefined);

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
  const own = [paths.ready, paths.about].map((path) => ({ path, ok: [200], call: {} }));
  const { method, headers } = proxied;
  const body = method === "POST" ? { body: {} } : {};
  const whole = { path: proxied.path, ok: proxied.ok, call: { method, headers, ...body } };
  const underWay: Promise<void>[] = [];
  const stopped = hasFired(enough);
  for (let sent = 0; sent < task.requests && !enough.aborted; sent += 1) {
    const { path, ok, call } = own[sent % 10] ?? whole;
    const answer = through(client, `${root}${path}`, call);
    underWay.push(
      answer.then((reply) => {
        if (!enough.aborted) answered({ by: "service", path, ok, reply });
      }),
    );
    await Promise.race([pause((task.seconds * 1000) / task.requests), stopped]);
  }
  await Promise.race([Promise.all(underWay), stopped]);
}

/** Errors in the logs of all pods since the window was opened: what an older pod wrote before is not about this release. */
export async function readLogs(
  client: ClusterClient,
  task: VerificationTask,
  pods: readonly Json<V1Pod>[],
  window: LogWindow,
  redact: Redact,
): Promise<readonly Fault[]> {
  const ignore = task.ignoreLogs.map((pattern) => new RegExp(pattern));
  const faults = await Promise.all(
    pods.map(async ({ metadata, spec }) => {
      const pod = metadata?.name ?? "";
      const { namespace } = task;
      const seconds = secondsThatCount(window, metadata?.creationTimestamp, Date.now());
      const logs = await Promise.all(
        (spec?.containers ?? []).map(({ name: container }) =>
          readPodLog(client, {
            namespace,
            pod,
            container,
            lines: 5000,
            ...(seconds === undefined ? {} : { seconds }),
          }),
        ),
      );
      return logFaults(pod, errorLines(logs.flat(), ignore).map(redact));
    }),
  );
  return faults.flat();
}
