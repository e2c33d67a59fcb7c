import type { ContainerFacts } from "../../../../components/docker/facts/host-facts";
import {
  GATEWAY_LABEL,
  RELEASE_LABEL,
  ROLE_LABEL,
  SPEC_LABEL,
} from "../../../../components/docker/objects/container-spec";
import type { LiveServer } from "../../../../components/docker/proxy/runtime-api";
import type { Evidence } from "../../../../components/upgrade/evidence/evidence";
import type { DumpFacts } from "../../../../components/upgrade/plan/restore-need";
import { container } from "../../../docker/facts";

/** Releases of one major: what a restore needs is drawn in the model of every target. */
export const DOCKER_RELEASES = ["1.0.0", "1.0.1", "1.1.0", "1.2.0"] as const;
export type DockerRelease = (typeof DOCKER_RELEASES)[number];

/** What of the program may be taken out, each with what happens then; its absence has to be found. */
export const DOCKER_SAFEGUARDS = {
  "what a killed run has made is removed": "its name is taken, and no up ever ends",
  "what serves is no leftover": "a stack that has lost its state removes the gateway that serves",
  "the new gateways take requests before the old ones are sent away":
    "for a moment the front proxy has nobody to send to",
  "what is open with an old gateway is waited for": "its streams are cut",
  "an old front proxy leaves only once the new one has its sockets":
    "connections that wait in its queue are reset",
  "a front proxy that leaves is waited for":
    "the line is set back, the other one is told to leave as well, and nobody has the port",
  "another release is another resource": "the old gateway is gone before the new one is there",
  "a program on the published port stops the run": "it ends halfway, with gateways nobody reaches",
  "a stranger on the volume stops the run": "two servers run on one volume",
  "what serves is asked of the front proxies":
    "what a killed run has made and nobody knows asks for a rollout in every run",
  "requests that go elsewhere ask for a hand-over":
    "the line is set back, and what serves is removed",
  "a gateway that is down asks for a rollout": "an up ends well, and nobody serves",
  "a database that was stopped is started":
    "an up lets everything on after the daemon was killed, and fails",
  "a database that is gone is left to the run that makes it":
    "the same up is refused for good after a kill between two databases",
} as const;
export type DockerSafeguard = keyof typeof DOCKER_SAFEGUARDS;

/** A container on the host. */
export interface Box {
  /** No other one ever has it. */
  readonly id: number;
  readonly role: string;
  readonly release: string | undefined;
  /** Fingerprint of its settings; "" of one that is not ours. */
  readonly hash: string;
  readonly isOurs: boolean;
  readonly state: "created" | "running" | "exited";
  readonly startedAt: number;
  /** Volume with the database, if it has that. */
  readonly onData: boolean;
  /** Port of the host that Docker gives on to it. */
  readonly port?: number;
}

/** A request or a stream that is open, through one front proxy with one gateway. */
export interface Stream {
  readonly proxy: string;
  readonly gateway: string;
  /** Seconds of the world; null if it never ends by itself. */
  readonly ends: number | null;
}

/** What a front proxy that runs knows. */
export interface Proxy {
  readonly servers: readonly Omit<LiveServer, "open">[];
  /** True if it has the common listening sockets, and not some of its own beside them. */
  readonly hasSockets: boolean;
  /** When it was told to leave; undefined if it was not. */
  readonly leavingSince?: number;
}

/** A Docker host, what the engine remembers, and the stack file. Plain data, changed in place by what happens. */
export interface DockerWorld {
  /** Taken out of the program. */
  readonly without: DockerSafeguard | undefined;
  /** Seconds. */
  now: number;
  /** Of what happens by chance. */
  chance: number;
  file: {
    version: DockerRelease;
    replicas: number;
    /** Limits in MiB: another one makes another container. */
    proxyMiB: number;
    databaseMiB: number;
  };
  boxes: Readonly<Record<string, Box>>;
  nextId: number;
  proxies: Readonly<Record<string, Proxy>>;
  /** The configuration of the front proxies in their volume: what one that starts sends to. */
  config: Proxy["servers"];
  streams: readonly Stream[];
  /** True once data was ever made in the volume. */
  hasData: boolean;
  /** The newest release that has migrated. */
  schema: DockerRelease | undefined;
  /** Proven dumps, oldest first. */
  dumps: readonly DumpFacts[];
  /** What the engine remembers of each resource: name, id and settings of its container. */
  state: Readonly<
    Record<string, { readonly name: string; readonly id: number; readonly hash: string }>
  >;
  steps: Readonly<Record<string, string>>;
  evidence: Evidence | undefined;
  /** What was put aside when the state was lost. */
  lost: Pick<DockerWorld, "state" | "steps" | "evidence"> | undefined;
  /** False while nobody has served yet, or somebody has taken that away by hand. */
  serves: boolean;
  /** True if somebody has stopped or removed containers by hand, until an up has put that right. */
  drifted: boolean;
  /** Rules that were broken, in words. */
  readonly broken: string[];
}

export const emptyDockerWorld = (without?: DockerSafeguard): DockerWorld => ({
  without,
  now: 0,
  chance: 1,
  file: { version: "1.0.0", replicas: 1, proxyMiB: 128, databaseMiB: 1024 },
  boxes: {},
  nextId: 1,
  proxies: {},
  config: [],
  streams: [],
  hasData: false,
  schema: undefined,
  dumps: [],
  state: {},
  steps: {},
  evidence: undefined,
  lost: undefined,
  serves: false,
  drifted: false,
  broken: [],
});

export const PROJECT = "smoltbot";
export const VOLUME = "smoltbot_pgdata";
export const PORT = 8787;
/** Longest wait for what is open with an old gateway or an old front proxy, in seconds. */
export const DRAIN_SECONDS = 60;

/** The next number by chance, from 0 to 1. */
export function dockerChance(world: DockerWorld): number {
  // Numerical Recipes, "Quick and Dirty" generators.
  world.chance = (world.chance * 1664525 + 1013904223) % 2 ** 32;
  return world.chance / 2 ** 32;
}

/** A container as the program's look at the host tells it. */
export function factsOfBox(world: DockerWorld, name: string, box: Box): ContainerFacts {
  const labels = {
    [GATEWAY_LABEL]: PROJECT,
    [ROLE_LABEL]: box.role,
    [SPEC_LABEL]: box.hash,
    ...(box.release === undefined ? {} : { [RELEASE_LABEL]: box.release }),
  };
  return container({
    name,
    id: String(box.id),
    labels: box.isOurs ? labels : {},
    state: box.state,
    exitCode: 0,
    restart: box.role === "migrate" ? "no" : "unless-stopped",
    // It asks the database whether it is ready.
    health:
      box.state !== "running" || box.role !== "gateway"
        ? "none"
        : isUpBox(world, "smoltbot-postgres")
          ? "healthy"
          : "unhealthy",
    startedAt: box.state === "created" ? undefined : box.startedAt * 1000,
    mounts: box.onData
      ? [{ kind: "volume", source: VOLUME, path: "/var/lib/postgresql/data" }]
      : [],
    ports:
      box.port === undefined ? [] : [{ address: "0.0.0.0", hostPort: box.port, port: box.port }],
  });
}

export const isUpBox = (world: DockerWorld, name: string): boolean =>
  world.boxes[name]?.state === "running";

/** What a front proxy tells of its servers. */
export const liveServers = (
  { proxies, streams }: DockerWorld,
  proxy: string,
): readonly LiveServer[] =>
  (proxies[proxy]?.servers ?? []).map((server) => ({
    ...server,
    open: streams.filter((one) => one.proxy === proxy && one.gateway === server.name).length,
  }));

/** Front proxies that take new connections. */
export const accepting = ({ proxies }: DockerWorld): readonly string[] =>
  Object.entries(proxies).flatMap(([name, { leavingSince }]) =>
    leavingSince === undefined ? [name] : [],
  );

/** Whether a front proxy has a gateway that answers. */
export const hasGateway = (world: DockerWorld, proxy: string): boolean =>
  liveServers(world, proxy).some(({ name, state }) => state === "ready" && isUpBox(world, name));

/** Last migration that the database holds, or "". */
export const headOfDocker = ({ schema }: Pick<DockerWorld, "schema">): string =>
  schema === undefined ? "" : `${schema}.sql`;

/** What users and the volume would notice at this moment. */
export function judgeMoment(world: DockerWorld): void {
  const doors = accepting(world);
  const served = doors.length > 0 && doors.every((proxy) => hasGateway(world, proxy));
  if (world.serves && !served)
    world.broken.push(
      doors.length === 0 ? "nobody has the published port" : "a front proxy has nobody to send to",
    );
  world.serves = served;
  const onData = Object.values(world.boxes).filter((box) => box.onData && box.state === "running");
  if (onData.length > 1) world.broken.push("two servers run on one volume");
}

/** Lets time pass: streams end, and front proxies that leave are gone with their last one, or at their limit. */
export function passSeconds(world: DockerWorld, seconds: number): void {
  world.now += seconds;
  world.streams = world.streams.filter(({ ends }) => ends === null || ends > world.now);
  for (const [name, { leavingSince }] of Object.entries(world.proxies)) {
    if (leavingSince === undefined) continue;
    const isOver = world.now - leavingSince >= DRAIN_SECONDS;
    if (!isOver && world.streams.some(({ proxy }) => proxy === name)) continue;
    endProxy(world, name);
  }
}

/** A front proxy is gone, with what was open through it. */
export function endProxy(world: DockerWorld, name: string): void {
  world.streams = world.streams.filter(({ proxy }) => proxy !== name);
  world.proxies = without(world.proxies, name);
  const box = world.boxes[name];
  if (box !== undefined) world.boxes = { ...world.boxes, [name]: { ...box, state: "exited" } };
}

/** The same without one key. */
export const without = <T>(
  all: Readonly<Record<string, T>>,
  key: string,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== key));
