import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { StepFailure } from "../../upgrade/step-io";
import { execute } from "../api/execute";
import { isUnreached, unlessDone } from "../api/is-gone";
import type { ContainerFacts } from "../facts/host-facts";
import { nextHandOverStep } from "../proxy/hand-over";
import { haproxyConfig } from "../proxy/haproxy-config";
import { PROXY_CONFIG, PROXY_FOLDER, SERVING_SOCKET, socketOf } from "../proxy/places";
import {
  isLeaving,
  objectionIn,
  readServers,
  SHOW_INFO,
  SHOW_SERVERS,
  type LiveServer,
} from "../proxy/runtime-api";
import { judgeSuccession } from "../proxy/successor";
import type { DockerHost } from "./docker-host";
import { askProxy } from "./talk";

/** Where a hand-over stands. */
export interface HandOver {
  readonly done: boolean;
  /** What happens, in words. */
  readonly words: string;
}

/** The front proxy of a gateway. */
export interface FrontProxy {
  /** Does the next step towards the wanted gateways, from what is there at this moment. @throws StepFailure if the proxy refuses */
  readonly advance: () => Promise<HandOver>;
  /** Writes its configuration, so that {@link FrontProxy.begin} takes no longer than it has to. */
  readonly prepare: () => Promise<void>;
  /** Starts it at once and asks nothing; one that runs is fine. */
  readonly begin: () => Promise<void>;
  /** The gateways that it sends to; undefined if none of the front proxies runs. */
  readonly servers: () => Promise<readonly LiveServer[] | undefined>;
  /** Name of one that runs, the wanted one first; undefined if none does. */
  readonly running: () => Promise<string | undefined>;
}

/** Starts of one front proxy after which it is given up. */
const LAST_START = 5;

/** The front proxy of a gateway; nothing is asked yet. */
export function frontProxy(host: DockerHost): FrontProxy {
  const memory: Memory = {
    drainedSince: undefined,
    leaving: new Set(),
    starts: 0,
    hasTaken: false,
  };
  return {
    advance: () => advance(host, memory),
    prepare: () => writeConfig(host, wantedProxy(host)),
    begin: async () => {
      await host.docker.getContainer(wantedProxy(host)).start().catch(unlessDone);
    },
    servers: async () => {
      const name = await runningProxy(host);
      return name === undefined ? undefined : readServers(await askProxy(host, name, SHOW_SERVERS));
    },
    running: () => runningProxy(host),
  };
}

/** What only this run knows; all else is asked anew each time. */
interface Memory {
  /** When the last wanted gateway began to take requests, in milliseconds since the epoch. */
  drainedSince: number | undefined;
  /** Front proxies that were told to leave. */
  readonly leaving: Set<string>;
  starts: number;
  /** True if the wanted front proxy was seen to have the listening sockets. */
  hasTaken: boolean;
}

const wantedProxy = (host: DockerHost): string => host.wanted().containers["proxy"]?.[0] ?? "";

const isRunning = ({ state }: ContainerFacts): boolean => state === "running";

async function runningProxy(host: DockerHost): Promise<string | undefined> {
  const wanted = host.wanted().containers["proxy"] ?? [];
  const running = (await host.ofRole("proxy")).filter(isRunning).map(({ name }) => name);
  return running.find((name) => wanted.includes(name)) ?? running[0];
}

async function advance(host: DockerHost, memory: Memory): Promise<HandOver> {
  const name = wantedProxy(host);
  const proxies = await host.ofRole("proxy");
  const own = proxies.find((one) => one.name === name);
  const older = proxies.filter((one) => one.name !== name && isRunning(one));
  if (own === undefined || !isRunning(own)) return start(host, memory, name);
  if (memory.starts === 0 && older.length > 0 && (await leaves(host, name)))
    return { done: false, words: `front proxy ${name} has not left yet, and is started anew then` };
  if (!memory.hasTaken) return takeOver(host, memory, own, older);
  const left = sendAway(host, memory, older);
  const gateways = await handOver(host, memory, name);
  return left.done ? gateways : { done: false, words: `${gateways.words}; ${left.words}` };
}

/**
 * Whether a run that was killed has told it to leave: then the other one has the port, and has to keep it. One that leaves answers no more (seen with HAProxy 2.6.12). Of a
 * daemon that could not be asked nothing follows: the one that serves would be sent away.
 */
async function leaves(host: DockerHost, name: string): Promise<boolean> {
  const told = await askProxy(host, name, SHOW_INFO).catch((error: unknown) => {
    if (isUnreached(error)) throw error;
    return undefined;
  });
  return told === undefined || isLeaving(told);
}

/** Writes its configuration and starts it, beside an older one if there is one. */
async function start(host: DockerHost, memory: Memory, name: string): Promise<HandOver> {
  memory.starts += 1;
  if (memory.starts > LAST_START)
    throw new StepFailure(
      `the front proxy ${name} does not keep running: ${await lastWords(host, name)}`,
      "mend what its log names (is the port taken?), then run the upgrade again",
    );
  await writeConfig(host, name);
  await host.docker.getContainer(name).start().catch(unlessDone);
  return { done: false, words: `front proxy ${name} started` };
}

/** Lets the older ones leave only once the new one has their listening sockets (T-46). */
async function takeOver(
  host: DockerHost,
  memory: Memory,
  { name, startedAt = 0 }: ContainerFacts,
  others: readonly ContainerFacts[],
): Promise<HandOver> {
  // One that has started later had nothing to give away: what the wanted one says of its own start is about another one, and it serves.
  const older = others.filter((one) => (one.startedAt ?? 0) <= startedAt);
  const [log, left] = await Promise.all([
    logOf(host, name),
    Promise.all(older.map((one) => leaves(host, one.name))),
  ]);
  // One that leaves has closed its sockets, and gives none away.
  const succession = judgeSuccession(log, { predecessor: left.includes(false) });
  if (succession === "beside") {
    host.io.say(`front proxy ${name} got no listening sockets from the one before: once more`);
    await host.docker.getContainer(name).stop({ signal: "SIGTERM", t: 5 }).catch(unlessDone);
    return start(host, memory, name);
  }
  await askProxy(host, name, SHOW_SERVERS);
  await link(host, name);
  memory.hasTaken = true;
  return {
    done: false,
    words: `front proxy ${name} ${succession === "first" ? "serves" : succession}`,
  };
}

/** Tells older front proxies to leave, which they do with their last stream. */
function sendAway(
  { docker, io, wanted }: DockerHost,
  { leaving }: Memory,
  older: readonly ContainerFacts[],
): HandOver {
  const { drainSeconds } = wanted().proxy;
  for (const { name } of older) {
    if (leaving.has(name)) continue;
    leaving.add(name);
    io.say(`front proxy ${name} leaves with its last stream`);
    // Answered only once it has left; whether it has is looked at.
    void docker
      .getContainer(name)
      .stop({ t: drainSeconds })
      .catch(() => leaving.delete(name));
  }
  return {
    done: older.length === 0,
    words: `${older.map(({ name }) => name).join(" and ")} not left yet`,
  };
}

/** The next step of a hand-over of gateways. */
async function handOver(host: DockerHost, memory: Memory, name: string): Promise<HandOver> {
  const { servers: wanted, drainSeconds } = host.wanted().proxy;
  const live = readServers(await askProxy(host, name, SHOW_SERVERS));
  const isIn = wanted.every((one) =>
    live.some((server) => server.name === one.name && server.state === "ready"),
  );
  if (isIn) memory.drainedSince ??= Date.now();
  const drainedSeconds = (Date.now() - (memory.drainedSince ?? Date.now())) / 1000;
  const next = nextHandOverStep({ live, wanted, drainedSeconds, drainSeconds });
  if (next.kind === "wait") return { done: false, words: next.words };
  if (next.kind === "tell") {
    for (const command of next.commands) await tell(host, name, command);
    host.io.say(next.words);
    return { done: false, words: next.words };
  }
  if (next.cut > 0) host.io.say(`${next.cut} still open with old gateways after ${drainSeconds} s`);
  // What it is told at the runtime API is lost with its process.
  await writeConfig(host, name);
  return { done: true, words: "handed over" };
}

async function tell(host: DockerHost, name: string, command: string): Promise<void> {
  const objection = objectionIn(await askProxy(host, name, command));
  if (objection === undefined) return;
  throw new StepFailure(
    `the front proxy ${name} refuses "${command}": ${objection}`,
    "run the upgrade again; it looks at what the proxy knows first",
  );
}

async function writeConfig({ docker, wanted }: DockerHost, name: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: PROXY_CONFIG, mode: 0o644 }, haproxyConfig(wanted().proxy));
  archive.finalize();
  const file = await buffer(archive);
  await docker.getContainer(name).putArchive(file, { path: PROXY_FOLDER });
}

/** From now on a successor takes the sockets over from this one. */
async function link({ docker }: DockerHost, name: string): Promise<void> {
  const { code, stderr } = await execute(docker, name, [
    ...["ln", "-sfn", socketOf(name), SERVING_SOCKET],
  ]);
  if (code === 0) return;
  throw new StepFailure(
    `the front proxy ${name} cannot write to its volume: ${stderr.trim()}`,
    `let ${PROXY_FOLDER} of that volume belong to the user of the image`,
  );
}

/** What it has written since its last start. */
async function logOf({ docker }: Pick<DockerHost, "docker">, name: string): Promise<string> {
  const container = docker.getContainer(name);
  const { State } = await container.inspect();
  const since = Math.floor(Date.parse(State.StartedAt) / 1000);
  const log = await container.logs({ stdout: true, stderr: true, since, follow: false });
  return log.toString("utf8");
}

const lastWords = async (host: DockerHost, name: string): Promise<string> =>
  (await logOf(host, name).catch(() => "")).trim().split("\n").slice(-3).join(" | ") || "no log";
