import type { SessionPolicy } from "../../upgrade/sessions";
import { rollEnds, takenOver, type Bridges } from "./bridges";
import type { BridgeMetrics } from "./bridge-metrics";
import { decideRemaining, fixedOn, whyNoRoom, type SeenBridge } from "./decide";

/** Zero counts once it has lasted: a tunnel may be on its way. */
const EMPTY_MS = 2000;
const LOOK_MS = 1000;
/** How long tunnels that were opened before the cordon get to arrive. */
const ARRIVE_MS = 10_000;

/** A bridge whose turn it is. */
export interface LeavingBridge {
  readonly name: string;
  /** The others that still run the older release. */
  readonly waiting: readonly string[];
  /** True if a run that was killed had told it to stop. */
  readonly isTakenUp: boolean;
}

/** A bridge that may be stopped now. */
export interface PreparedBridge {
  /** Tunnels when new ones were kept off it, and now. */
  readonly found: number;
  readonly atStop: number;
  readonly carried: number;
  readonly cut: number;
}

/**
 * Keeps new tunnels off a bridge and waits until it may be stopped.
 *
 * @returns what is open on it; undefined if it stops already, since a run that was killed
 * @throws StepFailure if the others have no room, or by the policy; the bridge takes new tunnels again by then.
 */
export async function prepareBridge(
  bridges: Bridges,
  bridge: LeavingBridge,
  policy: SessionPolicy,
): Promise<PreparedBridge | undefined> {
  const ready = await prepareAsLeft(bridges, bridge, policy);
  if (ready !== "back") return ready;
  bridges.say(`${bridge.name} has come back since an earlier run told it to stop, and serves`);
  await bridges.redis?.settle(bridge.name);
  return prepareBridge(bridges, { ...bridge, isTakenUp: false }, policy);
}

/** @returns `back` for one that serves again, and so is to be prepared as any other */
async function prepareAsLeft(
  bridges: Bridges,
  bridge: LeavingBridge,
  policy: SessionPolicy,
): Promise<PreparedBridge | "back" | undefined> {
  const { redis } = bridges;
  const { name, isTakenUp } = bridge;
  if (!isTakenUp) await waitForRoom(bridges, bridge);
  try {
    if (!isTakenUp) await redis?.cordon(name);
    const ready = await waitForEnd(bridges, bridge, policy);
    // Written down before the stop: from here on it is held even if this process is killed.
    // Where tunnels are cut, recordings of theirs may still be on their way to the API.
    if (ready !== undefined && ready !== "back" && !isTakenUp)
      await redis?.leave(name, ready.carried > 0, ready.cut === 0);
    return ready;
  } catch (error) {
    await redis?.giveBack(name).catch(() => undefined);
    throw error;
  }
}

async function waitForRoom(
  { options, seen, pause }: Bridges,
  { name, waiting }: LeavingBridge,
): Promise<void> {
  for (const end = performance.now() + options.registersWithinSeconds * 1000; ;) {
    const all = await seen([name, ...waiting]);
    const leaving = all.find((one) => one.name === name) ?? nothingOf(name);
    const why = whyNoRoom(leaving, all, options.mostTunnels);
    if (why === undefined) return;
    if (performance.now() > end)
      throw rollEnds(
        `${name} cannot leave, since ${why}`,
        "see that at least one more bridge is ready and has room, then run the upgrade again",
      );
    await pause(LOOK_MS);
  }
}

const nothingOf = (name: string): SeenBridge => ({ name, listed: undefined, metrics: undefined });

async function waitForEnd(
  bridges: Bridges,
  { name, waiting, isTakenUp }: LeavingBridge,
  policy: SessionPolicy,
): Promise<PreparedBridge | "back" | undefined> {
  const { redis, pause } = bridges;
  const began = performance.now();
  const end = began + (isTakenUp ? 0 : policy.limitSeconds * 1000);
  const carries = redis !== undefined && policy.carry;
  let found: number | undefined;
  let emptySince: number | undefined;
  let silentSince: number | undefined;
  let said = "";
  let keptSince = began;
  for (;;) {
    if (await keepCordon(bridges, name, isTakenUp))
      [keptSince, emptySince] = [performance.now(), undefined];
    const all = await bridges.seen([name, ...waiting]);
    const bridge = all.find((one) => one.name === name) ?? nothingOf(name);
    const { metrics } = bridge;
    const hearing = carries ? hearingOf(bridges, bridge, keptSince) : "heard";
    const timeIsOver = performance.now() >= end && hearing !== "waits";
    if (isTakenUp && (await hasComeBack(bridges, bridge))) return "back";
    // A bridge that stops already, or is gone, leaves nothing to decide.
    if (isTakenUp && metrics?.draining !== false) return undefined;
    if (metrics === undefined) {
      silentSince ??= performance.now();
      const silent = performance.now() - silentSince;
      if (timeIsOver && silent >= bridges.options.registersWithinSeconds * 1000)
        throw unknown(name);
    } else {
      silentSince = undefined;
      found ??= metrics.open;
      emptySince = metrics.open === 0 ? (emptySince ?? performance.now()) : undefined;
      const fixed = fixedOn(bridge, all, hearing === "deaf");
      const verdict = decideRemaining({ open: metrics.open, fixed }, policy, {
        timeIsOver,
        carries,
      });
      said = sayOpen(bridges, name, { metrics, fixed, carries, end }, said);
      if (verdict.kind === "stop") throw refused(name, verdict.reason, hearing);
      if (verdict.kind === "go" && (isTakenUp || isQuiet(bridge, keptSince, emptySince)))
        return { found, atStop: metrics.open, carried: verdict.carried, cut: verdict.cut };
    }
    await pause(LOOK_MS);
  }
}

/** What is known of the agents that hold the tunnels of a bridge; `waits` while some may still be heard. */
type Hearing = "heard" | "waits" | "deaf";

/** An agent that the API rejects, or that it does not reach, cannot follow a client to another bridge: its tunnels would be cut. */
function hearingOf({ options }: Bridges, { listed }: SeenBridge, since: number): Hearing {
  if ((listed?.unheard ?? 0) === 0) return "heard";
  return performance.now() - since < options.heardWithinSeconds * 1000 ? "waits" : "deaf";
}

/** Whether nothing is on its way to a bridge that is kept from new tunnels. */
function isQuiet({ listed }: SeenBridge, since: number, emptySince: number | undefined): boolean {
  const now = performance.now();
  const isComing = (listed?.pending ?? 0) > 0 && now - since < ARRIVE_MS;
  return !isComing && now - (emptySince ?? since) >= EMPTY_MS;
}

/**
 * Whether one that a run was about to stop has been replaced since, by a release that is wanted no more: what users have opened on its successor nobody has looked
 * at, and new tunnels are not kept off it. One that is registered alone may still be without a tunnel port, and then there is nothing on it.
 */
async function hasComeBack(
  { redis }: Bridges,
  { name, metrics }: SeenBridge,
): Promise<boolean | undefined> {
  const held = await redis?.state(name);
  if (held?.state === "taken") throw takenOver(name);
  if (held?.state === "registered") return metrics?.draining === false;
  return held && FREE.includes(held.state);
}

/** States of a bridge that nobody keeps from new tunnels. */
const FREE: readonly string[] = ["returned", "lost", "free"];

/**
 * Checks that the cordon holds, and puts it back where somebody took it away.
 *
 * @returns whether it was not held for a while: what has begun meanwhile may be on its way, as at the beginning
 */
async function keepCordon(
  { redis, say }: Bridges,
  name: string,
  isTakenUp: boolean,
): Promise<boolean> {
  if (redis === undefined || isTakenUp) return false;
  const { state, landed } = await redis.state(name);
  if (state === "taken") throw takenOver(name);
  const isFree = state === "lost" || state === "free";
  if (isFree) {
    say(`${name} was let go by somebody else; new tunnels are kept off it again`);
    await redis.cordon(name, state === "lost");
  }
  if (landed > 0)
    throw rollEnds(
      `${landed} new tunnels went to ${name} although they are kept off it`,
      "see what else writes the scores of the bridges, then run the upgrade again",
    );
  return isFree || state === "renewed";
}

interface Open {
  readonly metrics: BridgeMetrics;
  readonly fixed: number;
  readonly carries: boolean;
  readonly end: number;
}

function sayOpen({ say }: Bridges, name: string, open: Open, said: string): string {
  const { metrics, fixed, carries, end } = open;
  const kinds = Object.entries(metrics.byProtocol)
    .filter(([, count]) => count > 0)
    .map(([protocol, count]) => `${count} ${protocol}`)
    .join(", ");
  const stay = !carries ? "" : `, ${fixed} of them cannot be carried over`;
  const line = `${name}: ${metrics.open} tunnels open${kinds === "" ? "" : ` (${kinds})`}${stay}`;
  if (line === said) return said;
  const left = Math.max(0, Math.round((end - performance.now()) / 1000));
  say(
    metrics.open === 0 || left === 0 ? line : `${line}; they have ${left} s to end by themselves`,
  );
  return line;
}

const unknown = (name: string) =>
  rollEnds(
    `${name} does not say how many tunnels it has`,
    "see that its pod is well and that its health port can be reached, then run the upgrade again",
  );

const refused = (name: string, reason: string, hearing: Hearing) =>
  hearing === "deaf"
    ? rollEnds(
        `${name} keeps serving, since ${reason}; the API has not heard agents that hold some of them`,
        "see in the logs of the agents why they do not reach the API, or set the version back in the stack file; then run the upgrade again",
      )
    : rollEnds(
        `${name} keeps serving, since ${reason}`,
        "have users end them, raise the limit, or choose another policy for the sessions, then run the upgrade again",
      );
