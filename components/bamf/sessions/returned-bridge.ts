import type { InstanceSessions } from "../../upgrade/sessions";
import { addressOf, rollEnds, type Bridges, type GuardState, type RedisSide } from "./bridges";
import { CORDONED } from "./decide";
import type { PreparedBridge } from "./prepare-bridge";

const LOOK_MS = 500;
/** How long nothing must have happened to a session before the last tunnel counts as dealt with. */
const QUIET_SECONDS = 2;
/** How long a bridge is held as it was, with its pod ready, before it counts as one that was never stopped. */
const STAYS_MS = 2000;
/** How long a new bridge is watched for the bytes of a first user. */
const FIRST_BYTE_MS = 5000;

/**
 * Waits until the successor of a bridge takes new tunnels and those that were carried over have settled, and says what became of them.
 *
 * @returns undefined if it was never stopped: a run was killed before that, and it runs the release that is wanted now. It takes new tunnels again.
 * @throws StepFailure if it does not register, or its tunnel port does not answer
 */
export async function returnedBridge(
  bridges: Bridges,
  name: string,
  prepared: PreparedBridge | undefined,
): Promise<InstanceSessions | undefined> {
  const { redis } = bridges;
  if (redis === undefined) return { instance: name, ...count(prepared, undefined) };
  if (prepared === undefined && (await hasStayed(bridges, redis, name))) {
    await redis.giveBack(name);
    await redis.giveBackRest();
    return undefined;
  }
  await registered(bridges, redis, name);
  await reached(bridges, redis, name);
  await settled(bridges, redis, name);
  const guard = await redis.settle(name);
  // What a killed run has left of agents and sessions, if this one went on with its bridge.
  await redis.giveBackRest();
  const carriesBytes = await carriesFirstByte(bridges, name);
  return { instance: name, ...count(prepared, guard), carriesBytes };
}

/** True if a bridge that an earlier run was about to stop serves on as it did: a new one registers before its pod is ready. */
async function hasStayed({ metrics, pause }: Bridges, redis: RedisSide, name: string) {
  for (const began = Date.now(); Date.now() - began < STAYS_MS;) {
    if ((await redis.state(name)).state !== "held") return false;
    if ((await metrics(name))?.draining !== false) return false;
    await pause(LOOK_MS);
  }
  return true;
}

/** What is known of the tunnels that were open at the stop. Where a killed run had looked, they are those that named the bridge when it was taken up. */
export function count(
  prepared: Pick<PreparedBridge, "found" | "atStop"> | undefined,
  guard: Pick<GuardState, "named" | "moved" | "movedElsewhere" | "longestStallSeconds"> | undefined,
): Omit<InstanceSessions, "instance" | "carriesBytes"> {
  const named = guard?.named ?? 0;
  const { found, atStop } = prepared ?? { found: named, atStop: named };
  const kept = Math.min(atStop, guard === undefined ? 0 : guard.moved + guard.movedElsewhere);
  const stall = guard?.longestStallSeconds;
  return {
    found,
    atStop,
    kept,
    lost: atStop - kept,
    ...(stall == null ? {} : { longestStallSeconds: stall }),
  };
}

async function registered(bridges: Bridges, redis: RedisSide, name: string): Promise<void> {
  for (const end = Date.now() + bridges.options.registersWithinSeconds * 1000; ;) {
    const { state } = await redis.state(name);
    const listed = (await redis.look()).bridges[name];
    const isHeld = ["held", "away", "registered"].includes(state);
    if (!isHeld && listed?.status === "ready" && listed.score < CORDONED) return;
    if (Date.now() > end) {
      const address = addressOf(bridges.options, name);
      // Registered, it is held until its port answers.
      const why = state === "registered" ? await redis.reach(address) : undefined;
      if (why !== undefined) throw unanswered(name, address, why);
      throw rollEnds(
        `the new ${name} is ready and has not registered at the API`,
        "see its log, and that its certificate and its token are accepted, then run the upgrade again",
      );
    }
    await bridges.pause(LOOK_MS);
  }
}

/** A first byte of TLS on the port to which users come. */
async function reached({ options, pause }: Bridges, redis: RedisSide, name: string): Promise<void> {
  const address = addressOf(options, name);
  for (const end = Date.now() + options.registersWithinSeconds * 1000; ;) {
    const why = await redis.reach(address);
    if (why === undefined) return;
    if (Date.now() > end) throw unanswered(name, address, why);
    await pause(LOOK_MS);
  }
}

const unanswered = (name: string, address: string, why: string) =>
  rollEnds(
    `the new ${name} does not answer where tunnels come in, at ${address}: ${why}`,
    "see its log and its Service, then run the upgrade again",
  );

async function settled({ options, pause }: Bridges, redis: RedisSide, name: string): Promise<void> {
  for (const began = Date.now(); ;) {
    const { guard } = await redis.state(name);
    if (guard === null) return;
    const isBack = guard.moved >= guard.named;
    // Those who wait for their turn come at a later try.
    const within = options.settlesWithinSeconds * Math.max(1, guard.turns);
    const isLate = Date.now() - began > within * 1000;
    if (guard.quietSeconds >= QUIET_SECONDS && (isBack || isLate)) return;
    await pause(LOOK_MS);
  }
}

/** True once bytes went through it; undefined if nobody came. */
async function carriesFirstByte({ metrics, pause }: Bridges, name: string) {
  for (const end = Date.now() + FIRST_BYTE_MS; ;) {
    const now = await metrics(name);
    if (now !== undefined && now.bytes > 0) return true;
    if (Date.now() > end) return undefined;
    await pause(LOOK_MS);
  }
}
