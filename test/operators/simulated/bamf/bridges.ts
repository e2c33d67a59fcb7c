import { vi } from "vitest";
import { noting, sessionsOf } from "../../../../components/bamf/sessions/bridge-sessions";
import {
  bridgesOf,
  type GuardState,
  type RedisSide,
} from "../../../../components/bamf/sessions/bridges";
import { bridgeOptionsSchema } from "../../../../components/bamf/sessions/options";
import type { OpenSessions } from "../../../../components/upgrade/sessions";
import { without } from "./bridge-pods";
import type { BamfRun } from "./run";
import { passTime, tunnelsOn, type BamfWorld } from "./world";

function setCordon(world: BamfWorld, name: string, cordoned: boolean): void {
  const pod = world.bridges[name];
  if (pod !== undefined) world.bridges = { ...world.bridges, [name]: { ...pod, cordoned } };
}

export function letGo(world: BamfWorld, name: string): void {
  world.holds = without(world.holds, name);
  world.notes = without(world.notes, name);
  setCordon(world, name, false);
}

/** Nobody asks the program in the API pod any more: it gives back what does not stop, and holds on to what does. */
export function farewell(world: BamfWorld): void {
  for (const [name, { leaving }] of Object.entries(world.holds)) if (!leaving) letGo(world, name);
  for (const name of Object.keys(world.holds)) seeReturned(world, name);
}

/** The program notices that a bridge has registered again. */
function seeReturned(world: BamfWorld, name: string): boolean {
  const hold = world.holds[name];
  const isBack = hold?.leaving === true && world.bridges[name]?.since !== hold.since;
  if (!isBack) return false;
  world.notes = without(world.notes, name);
  setCordon(world, name, false);
  return true;
}

function take(
  world: BamfWorld,
  name: string,
  about: { readonly leaving: boolean; readonly since: number },
  seconds: number,
  carries: boolean,
): void {
  const hold = { ...about, carries, until: world.now + seconds * 1000, named: 0, moved: 0 };
  world.holds = { ...world.holds, [name]: hold };
  world.notes = { ...world.notes, [name]: about };
  if (world.without !== "a bridge that leaves is kept from new tunnels")
    setCordon(world, name, true);
}

const guardOf = (world: BamfWorld, name: string): GuardState | null => {
  const hold = world.holds[name];
  return hold === undefined || !hold.carries
    ? null
    : {
        guarded: world.tunnels.length,
        ...{ named: hold.named, moved: hold.moved, movedElsewhere: 0, revived: hold.moved },
        ...{ turns: 0, quietSeconds: 5, longestAwaySeconds: null, toldTwice: 0 },
      };
};

/** The program in the API pod, as program.py behaves. */
function redisOf(run: BamfRun, carry: boolean, seconds: number): RedisSide {
  const { world } = run;
  const sinceOf = (name: string): number => world.bridges[name]?.since ?? 0;
  const keeps = world.without !== "the guard keeps sessions while their bridge stops";
  const answered = <T>(answer: () => T): Promise<T> => {
    run.goOn();
    return Promise.resolve(answer());
  };
  return {
    look: () =>
      answered(() => ({ bridges: listingOf(world), marks: marksOf(world), edges: ["default"] })),
    listed: (name) =>
      answered(() => listingOf(world)[name] ?? { registeredAt: undefined, status: undefined }),
    cordon: (name) =>
      answered(() => {
        take(world, name, { leaving: false, since: sinceOf(name) }, seconds, false);
        run.pass("after the cordon");
      }),
    leave: (name, carries) =>
      answered(() => {
        const since = world.holds[name]?.since ?? sinceOf(name);
        take(world, name, { leaving: true, since }, seconds, carries && keeps);
      }),
    adopt: (name) =>
      answered(() => {
        const since = world.notes[name]?.since ?? 0;
        // It is told that one is back by the next question alone.
        const isBack = sinceOf(name) !== since;
        take(world, name, { leaving: true, since }, seconds, carry && keeps && !isBack);
        return true;
      }),
    state: (name) =>
      answered(() => {
        const hold = world.holds[name];
        const state = hold === undefined ? "free" : seeReturned(world, name) ? "returned" : "held";
        return { state, landed: 0, guard: guardOf(world, name) };
      }),
    settle: (name) =>
      answered(() => {
        const guard = guardOf(world, name) ?? undefined;
        letGo(world, name);
        run.pass("after a bridge has come back");
        return guard;
      }),
    giveBack: (name) =>
      answered(() => {
        letGo(world, name);
      }),
    giveBackRest: () => answered(() => undefined),
    reach: () => answered(() => undefined),
  };
}

const listingOf = (world: BamfWorld) =>
  Object.fromEntries(
    Object.entries(world.bridges).map(([name, { since, cordoned }]) => {
      const sessions = tunnelsOn(world, name).length;
      const about = cordoned
        ? { status: "draining", score: 1_000_000_000 }
        : { status: "ready", score: sessions };
      const rest = { edge: "default", sessions, pending: 0, stuck: 0, unheard: 0 };
      return [name, { registeredAt: String(since), ...about, ...rest }];
    }),
  );

const marksOf = ({ notes }: BamfWorld) =>
  Object.fromEntries(
    Object.entries(notes).map(([name, { leaving }]) => [`bridge ${name}`, { leaving }]),
  );

/** The sessions of the bridges of a world, by the program's own rules; their time is that of the world. */
export const sessionsIn =
  (run: BamfRun): OpenSessions =>
  async (args, io, work) => {
    const options = bridgeOptionsSchema.parse(args.options);
    const { policy, withinSeconds, platform, workload } = args;
    const current = {};
    const { world } = run;
    world.unmended ||= !policy.cordon && Object.keys(world.notes).length > 0;
    const redis = policy.cordon
      ? noting(redisOf(run, policy.carry, withinSeconds), current)
      : undefined;
    const bridges = {
      ...bridgesOf(platform, workload, options, redis, io),
      pause: (ms: number) => {
        run.goOn();
        passTime(run.world, ms);
        vi.advanceTimersByTime(ms);
        vi.setSystemTime(run.world.now);
        run.pass("while tunnels are waited for");
        return Promise.resolve();
      },
    };
    try {
      return await work(sessionsOf(args, bridges, current));
    } finally {
      farewell(run.world);
    }
  };
