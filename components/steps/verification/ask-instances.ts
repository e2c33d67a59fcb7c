import { setTimeout as pause } from "node:timers/promises";
import type { HttpRequest, Instance, Platform } from "../../upgrade/platform";
import type { Redact } from "../../upgrade/redact";
import type { StepIo } from "../../upgrade/step-io";
import { instanceWord } from "../open-platform";
import type { VerificationTask } from "../verification-input";
import type { Fault } from "./fault";
import { hasFired } from "./has-fired";
import { judgeHealth } from "./judge-health";
import { errorLines, logFaults } from "./judge-log";
import type { Probe } from "./judge-probes";
import { parseRequests, type Requests, type Sample } from "./judge-traffic";
import { secondsThatCount, type LogWindow } from "./log-window";

/** Requests that each instance has counted so far. */
export async function sampleRequests(
  platform: Pick<Platform, "ask">,
  task: VerificationTask,
  instances: readonly string[],
): Promise<Sample> {
  const samples = await Promise.all(
    instances.map(async (instance): Promise<readonly [string, Requests] | undefined> => {
      const reply = await platform.ask({ instance, port: task.podPort }, task.paths.metrics);
      if (reply?.status !== 200) return undefined;
      return [instance, parseRequests(reply.body, task.requestsMetric)];
    }),
  );
  return new Map(samples.filter((sample) => sample !== undefined));
}

/** How often in a row one has to say that it is not well: so often a kubelet and Docker ask by default, since one slow answer of Redis is no reason to go back. */
const LOOKS = 3;

const betweenLooksMs = 1000;

/** Asks every instance itself, since the service would show only those that are well (S-16, S-17, S-31); one that is not well is asked again before it counts. */
export async function readHealth(
  platform: Pick<Platform, "ask">,
  task: VerificationTask,
  instances: readonly string[],
  io: Pick<StepIo, "say" | "signal">,
): Promise<readonly Fault[]> {
  const faults = await Promise.all(
    instances.map((instance) => healthOf(platform, task, instance, io)),
  );
  return faults.flat();
}

async function healthOf(
  platform: Pick<Platform, "ask">,
  task: VerificationTask,
  instance: string,
  { say, signal }: Pick<StepIo, "say" | "signal">,
): Promise<readonly Fault[]> {
  const { ready, live, about } = task.paths;
  const ask = (path: string) => platform.ask({ instance, port: task.podPort }, path);
  for (let look = 1; ; look += 1) {
    const [readyReply, liveReply, aboutReply] = await Promise.all([
      ask(ready),
      ask(live),
      ask(about),
    ]);
    const replies = { ready: readyReply, live: liveReply, about: aboutReply };
    const faults = judgeHealth(`${instanceWord(task)} ${instance}`, replies, task.reportedVersion);
    const unwell = faults.filter(({ kind }) => kind === "health");
    if (look === LOOKS || unwell.length === 0) return faults;
    for (const { text } of unwell) say(`${text}; asking again`);
    await pause(betweenLooksMs, undefined, { signal });
  }
}

/**
 * Sends requests through the service, evenly over the window (S-20): what a user of the gateway would see. Most go all the way.
 *
 * @param answered - is given each one when it is answered, or not in time
 * @param enough - no more are sent, and none is waited for, once this fires
 */
export async function sendProbes(
  platform: Pick<Platform, "ask">,
  task: VerificationTask,
  answered: (probe: Probe) => void,
  enough: AbortSignal,
): Promise<void> {
  const { paths, proxied } = task;
  const service = { service: task.service.name, port: task.service.port };
  const own = [paths.ready, paths.about].map((path) => ({ path, ok: [200], request: {} }));
  const { method, headers } = proxied;
  const body = method === "POST" ? { body: {} } : {};
  const request: HttpRequest = { method, headers, ...body };
  const whole = { path: proxied.path, ok: proxied.ok, request };
  const underWay: Promise<void>[] = [];
  const stopped = hasFired(enough);
  for (let sent = 0; sent < task.requests && !enough.aborted; sent += 1) {
    const { path, ok, request } = own[sent % 10] ?? whole;
    const answer = platform.ask(service, path, request).then((reply) => {
      if (!enough.aborted) answered({ by: "service", path, ok, reply });
    });
    // It is waited for at the end; a process with an error for which nobody waits would end at once.
    answer.catch(() => undefined);
    underWay.push(answer);
    await Promise.race([pause((task.seconds * 1000) / task.requests), stopped]);
  }
  await Promise.race([Promise.all(underWay), stopped]);
}

/** Errors in the logs of all instances since the window was opened: what an older one wrote before is not about this release. */
export async function readLogs(
  platform: Pick<Platform, "log">,
  task: Pick<VerificationTask, "ignoreLogs" | "target">,
  instances: readonly Pick<Instance, "name" | "createdAt" | "containers">[],
  window: LogWindow,
  redact: Redact,
): Promise<readonly Fault[]> {
  const ignore = task.ignoreLogs.map((pattern) => new RegExp(pattern));
  const faults = await Promise.all(
    instances.map(async ({ name: instance, createdAt, containers }) => {
      const seconds = secondsThatCount(window, createdAt, Date.now());
      const logs = await Promise.all(
        containers.map(({ name: container }) =>
          platform.log({ instance, container, lines: 5000, seconds }),
        ),
      );
      const errors = errorLines(logs.flat(), ignore).map(redact);
      return logFaults(`${instanceWord(task)} ${instance}`, errors);
    }),
  );
  return faults.flat();
}
