import type { ContainerSpec } from "../../../../components/docker/objects/container-spec";
import { judgeLeftover } from "../../../../components/docker/leftovers/judge-leftover";
import {
  endProxy,
  factsOfBox,
  judgeMoment,
  liveServers,
  PORT,
  PROJECT,
  without,
  type Box,
  type DockerWorld,
} from "./world";

/** How an `up` ended. */
export type DockerEnded =
  | { readonly kind: "refused"; readonly by: readonly string[] }
  | { readonly kind: "killed" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "ended well"; readonly ran: readonly string[] };

export class Killed extends Error {}
export class Failed extends Error {}

/** One run of the engine. */
export interface DockerRun {
  readonly world: DockerWorld;
  /** Does one thing whole, or is killed before it; then looks at what users notice. */
  readonly act: (effect: () => void) => void;
  /** Does a step where its trigger differs from the remembered one, and remembers it once it has ended. */
  readonly step: (name: string, trigger: string, work: () => void) => void;
  /** What it has done. */
  readonly ran: string[];
}

/** @param killAt - the thing that it does not come to do, counted from 1 */
export function beginRun(world: DockerWorld, killAt: number | undefined): DockerRun {
  let done = 0;
  const ran: string[] = [];
  const act: DockerRun["act"] = (effect) => {
    done += 1;
    if (done === killAt) throw new Killed();
    effect();
    judgeMoment(world);
  };
  return {
    world,
    act,
    ran,
    step: (name, trigger, work) => {
      if (world.steps[name] === trigger) return;
      ran.push(name);
      work();
      act(() => {
        world.steps = { ...world.steps, [name]: trigger };
      });
    },
  };
}

/** What has the hash of a spec. */
const hashOf = ({ labels }: ContainerSpec): string => labels["gateways.spec"] ?? "";

/** Leaves a container with these settings under a resource: what is there is replaced the way the provider does it, the old one first. */
export function keep(run: DockerRun, resource: string, spec: ContainerSpec): void {
  const noted = run.world.state[resource];
  if (noted?.name === spec.name && noted.hash === hashOf(spec)) return;
  if (noted !== undefined) remove(run, resource);
  create(run, resource, spec);
}

/** Makes a container that the engine does not know, after the hook has made room for it. */
export function create(run: DockerRun, resource: string, spec: ContainerSpec): void {
  const { world, act, ran } = run;
  ran.push(`make ${resource}`);
  makeRoom(run, spec);
  act(() => {
    if (world.boxes[spec.name] !== undefined) throw new Failed(`Conflict: ${spec.name} is in use`);
    put(world, spec.name, {
      id: world.nextId,
      role: spec.role,
      release: spec.labels["gateways.release"],
      hash: hashOf(spec),
      isOurs: true,
      state: "created",
      startedAt: 0,
      onData: spec.role === "postgres",
    });
    world.nextId += 1;
  });
  if (spec.start === undefined)
    act(() => {
      startBox(world, spec.name);
    });
  act(() => {
    const { id = 0 } = world.boxes[spec.name] ?? {};
    world.state = { ...world.state, [resource]: { name: spec.name, id, hash: hashOf(spec) } };
  });
}

/** The program's own decision about what has the name. */
function makeRoom({ world, act }: DockerRun, spec: ContainerSpec): void {
  const box = world.boxes[spec.name];
  if (box === undefined || world.without === "what a killed run has made is removed") return;
  const verdict = judgeLeftover({
    found: factsOfBox(world, spec.name, box),
    gateway: PROJECT,
    role: spec.role,
    servers: Object.keys(world.proxies).flatMap((proxy) => liveServers(world, proxy)),
    known: world.evidence !== undefined,
  });
  if (verdict.kind === "keep" && world.without !== "what serves is no leftover")
    throw new Failed(verdict.found);
  act(() => {
    takeAway(world, spec.name);
  });
}

/** Deletes what the engine has noted. */
export function remove({ world, act, ran }: DockerRun, resource: string): void {
  const noted = world.state[resource];
  if (noted === undefined) return;
  ran.push(`remove ${resource}`);
  act(() => {
    if (world.boxes[noted.name]?.id !== noted.id) throw new Failed("No such container");
    takeAway(world, noted.name);
  });
  act(() => {
    world.state = without(world.state, resource);
  });
}

const put = (world: DockerWorld, name: string, box: Box): void => {
  world.boxes = { ...world.boxes, [name]: box };
};

/** Starts a container; a front proxy sends to what its configuration says. */
export function startBox(world: DockerWorld, name: string): void {
  const box = world.boxes[name];
  if (box === undefined || box.state === "running") return;
  if (box.role === "proxy") {
    if (Object.values(world.boxes).some(({ port, state }) => port === PORT && state === "running"))
      throw new Failed(`port ${PORT} is taken`);
    const isFirst = Object.keys(world.proxies).length === 0;
    const proxy = { servers: world.config, hasSockets: isFirst || world.chance % 7 !== 0 };
    world.proxies = { ...world.proxies, [name]: proxy };
  }
  if (box.role === "postgres") world.hasData = true;
  put(world, name, { ...box, state: "running", startedAt: world.now });
}

/** What keeps data; each has one name. */
const DATABASE = "smoltbot-postgres";
const DATA = [DATABASE, "smoltbot-redis"];

/** Starts what keeps data if it was stopped, as the rollout does. @param names - the database alone, as every step does that needs it */
export function startData({ world, act }: DockerRun, names: readonly string[] = DATA): void {
  if (world.without === "a database that was stopped is started") return;
  for (const name of names)
    if (world.boxes[name]?.isOurs === true && world.boxes[name].state === "exited")
      act(() => {
        startBox(world, name);
      });
}

/** The same for the database. */
export const startDatabase = (run: DockerRun): void => {
  startData(run, [DATABASE]);
};

/** Stops a container in its own time, with what is open there. */
export function stopBox(world: DockerWorld, name: string): void {
  const box = world.boxes[name];
  if (box === undefined) return;
  if (box.role === "proxy") endProxy(world, name);
  world.streams = world.streams.filter(({ gateway }) => gateway !== name);
  put(world, name, { ...box, state: box.state === "created" ? "created" : "exited" });
}

/** Removes a container. What is open there is cut. */
function takeAway(world: DockerWorld, name: string): void {
  const open = world.streams.filter(({ proxy, gateway }) => proxy === name || gateway === name);
  if (open.length > 0) world.broken.push(`${open.length} streams are cut with ${name}`);
  stopBox(world, name);
  world.boxes = without(world.boxes, name);
}
