import { haproxyConfig } from "../../../../components/docker/proxy/haproxy-config";
import { nextHandOverStep, type HandOverStep } from "../../../../components/docker/proxy/hand-over";
import type { LiveServer } from "../../../../components/docker/proxy/runtime-api";
import { judgeSuccession } from "../../../../components/docker/proxy/successor";
import { judgeContainers } from "../../../../components/docker/watch/judge-containers";
import { obey } from "../../../docker/proxy/obey";
import type { WantedDocker } from "./decide";
import { Failed, startBox, startData, stopBox, type DockerRun } from "./run";
import {
  DRAIN_SECONDS,
  factsOfBox,
  isUpBox,
  liveServers,
  passSeconds,
  PORT,
  type DockerWorld,
  type Proxy,
} from "./world";

/** Looks after which a hand-over has to be done. */
const LOOKS = 4 * DRAIN_SECONDS;

const namesOf = ({ rolledOut }: WantedDocker, role: string): readonly string[] =>
  rolledOut.filter((spec) => spec.role === role).map(({ name }) => name);

/** The step that watches the new containers and hands over, as components/docker/platform does it, with the program's own decisions. */
export function rollOut(run: DockerRun, wanted: WantedDocker): void {
  const { world, act } = run;
  startData(run);
  for (const role of ["gateway", "observer"]) {
    const names = namesOf(wanted, role);
    for (const name of names) {
      if (world.boxes[name] === undefined) throw new Failed(`there is no container ${name}`);
      if (!isUpBox(world, name))
        act(() => {
          startBox(world, name);
        });
    }
    const containers = Object.entries(world.boxes)
      .filter(([, box]) => box.isOurs && box.role === role)
      .map(([name, box]) => factsOfBox(world, name, box));
    const { state } = judgeContainers({ role, wanted: names, containers, digests: new Map() });
    if (state !== "done") throw new Failed(`${role} is ${state}`);
  }
  handOverAll(run, wanted);
  for (const [name, box] of Object.entries(world.boxes))
    if (box.role === "observer" && box.isOurs && !namesOf(wanted, "observer").includes(name))
      act(() => {
        stopBox(world, name);
      });
}

/** What a run of the step remembers. */
interface Memory {
  hasTaken: boolean;
  drainedSince: number | undefined;
}

function handOverAll(run: DockerRun, wanted: WantedDocker): void {
  const memory: Memory = { hasTaken: false, drainedSince: undefined };
  for (let look = 0; look < LOOKS; look += 1) {
    if (advance(run, wanted, memory)) return;
    passSeconds(run.world, 1);
  }
  throw new Failed("the hand-over does not end");
}

/** One look, and the next step. @returns true once all is handed over */
function advance(run: DockerRun, wanted: WantedDocker, memory: Memory): boolean {
  const { world, act } = run;
  const [name = ""] = namesOf(wanted, "proxy");
  const older = Object.keys(world.proxies).filter((one) => one !== name);
  const own = world.proxies[name];
  if (world.boxes[name] === undefined) throw new Failed(`there is no container ${name}`);
  if (own === undefined) {
    beginProxy(run, wanted, name);
    return false;
  }
  if (own.leavingSince !== undefined && world.without !== "a front proxy that leaves is waited for")
    return false;
  if (!memory.hasTaken) {
    memory.hasTaken = takesOver(run, wanted, { name, own, older });
    return false;
  }
  for (const one of older) {
    const proxy = world.proxies[one]!;
    if (proxy.leavingSince === undefined)
      act(() => {
        if (!own.hasSockets && world.proxies[one]?.leavingSince === undefined)
          world.broken.push("the old front proxy leaves with its queue");
        world.proxies = { ...world.proxies, [one]: { ...proxy, leavingSince: world.now } };
      });
  }
  return handOver(run, wanted, memory, name) && older.length === 0;
}

function beginProxy({ world, act }: DockerRun, wanted: WantedDocker, name: string): void {
  act(() => {
    writeConfig(world, wanted);
  });
  act(() => {
    // Whether it gets the sockets in time is a matter of chance.
    world.chance += 1;
    startBox(world, name);
  });
}

function takesOver(
  run: DockerRun,
  wanted: WantedDocker,
  {
    name,
    own,
    older,
  }: { readonly name: string; readonly own: Proxy; readonly older: readonly string[] },
): boolean {
  const { world, act } = run;
  const log = own.hasSockets ? "" : "Failed to get the sockets from the old process";
  const predecessor = older.some((one) => world.proxies[one]?.leavingSince === undefined);
  const isBeside = judgeSuccession(log, { predecessor }) === "beside";
  if (
    !isBeside ||
    world.without === "an old front proxy leaves only once the new one has its sockets"
  )
    return true;
  act(() => {
    stopBox(world, name);
  });
  beginProxy(run, wanted, name);
  return false;
}

/** The configuration as the program writes it, as far as the model reads it again. */
function writeConfig(world: DockerWorld, { servers }: WantedDocker): void {
  const text = haproxyConfig({
    bind: `0.0.0.0:${PORT}`,
    idleSeconds: 60,
    drainSeconds: 60,
    servers,
  });
  world.config = [...text.matchAll(/^ {2}server (\S+) (\S+)$/gm)].map(
    ([, name = "", address = ""]) => ({
      name,
      address,
      state: "ready" as const,
    }),
  );
}

function handOver(run: DockerRun, wanted: WantedDocker, memory: Memory, proxy: string): boolean {
  const { world, act } = run;
  const live = liveServers(world, proxy);
  const isIn = wanted.servers.every(({ name }) =>
    live.some((server) => server.name === name && server.state === "ready"),
  );
  if (isIn) memory.drainedSince ??= world.now;
  const drainedSeconds = world.now - (memory.drainedSince ?? world.now);
  const next = nextStep(world, { live, wanted: wanted.servers, drainedSeconds });
  if (next.kind === "wait") return false;
  if (next.kind === "tell") {
    for (const command of next.commands)
      act(() => {
        tell(world, proxy, command);
      });
    return false;
  }
  // What is open then is cut, and counted.
  const names = wanted.servers.map(({ name }) => name);
  world.streams = world.streams.filter(
    (one) => one.proxy !== proxy || names.includes(one.gateway) || next.cut === 0,
  );
  act(() => {
    writeConfig(world, wanted);
  });
  return true;
}

/** The program's own decision, unless a part of it is taken out. */
function nextStep(
  { without: lacks }: DockerWorld,
  args: Pick<Parameters<typeof nextHandOverStep>[0], "live" | "wanted" | "drainedSeconds">,
): HandOverStep {
  const whole = { ...args, drainSeconds: DRAIN_SECONDS };
  if (lacks === "what is open with an old gateway is waited for")
    return nextHandOverStep({ ...whole, live: args.live.map((one) => ({ ...one, open: 0 })) });
  if (lacks !== "the new gateways take requests before the old ones are sent away")
    return nextHandOverStep(whole);
  const names = args.wanted.map(({ name }) => name);
  const old = args.live.filter(({ name, state }) => !names.includes(name) && state === "ready");
  return old.length === 0
    ? nextHandOverStep(whole)
    : {
        kind: "tell",
        commands: old.map(({ name }) => `set server gateway/${name} state drain`),
        words: "",
      };
}

function tell(world: DockerWorld, proxy: string, command: string): void {
  const found = world.proxies[proxy];
  if (found === undefined) throw new Failed(`${proxy} does not answer`);
  const before = liveServers(world, proxy);
  const servers = obey(before, command);
  const gone = before.filter(
    ({ name, open }) => open > 0 && !servers.some((one) => one.name === name),
  );
  if (gone.length > 0) {
    world.broken.push(`streams are cut with ${gone.map(({ name }) => name).join(" and ")}`);
    world.streams = world.streams.filter((one) => !gone.some(({ name }) => name === one.gateway));
  }
  world.proxies = { ...world.proxies, [proxy]: { ...found, servers: servers.map(withoutOpen) } };
}

const withoutOpen = ({ name, address, state }: LiveServer): Omit<LiveServer, "open"> => ({
  name,
  address,
  state,
});
