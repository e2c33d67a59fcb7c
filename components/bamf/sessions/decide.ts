import type { SessionLook, SessionPolicy } from "../../upgrade/sessions";
import type { BridgeMetrics } from "./bridge-metrics";

/** Scores at or above this are no number of tunnels: somebody keeps the bridge from being chosen. */
export const CORDONED = 500_000_000;

/** A bridge as the product's Redis lists it. */
export interface ListedBridge {
  /** Undefined if its heartbeats have ended. */
  readonly registeredAt: string | undefined;
  readonly status: string | undefined;
  readonly edge: string | undefined;
  readonly score: number;
  /** Sessions that name it. */
  readonly sessions: number;
  /** Those of them that are being set up: one of their ends may be on its way. */
  readonly pending: number;
  /** Those of them that no reconnect can bring back: the agent's instance that holds them is gone. */
  readonly stuck: number;
  /** Those of them whose agent has not been heard since this run began to look: who does not hear the API cannot follow a client to another bridge. */
  readonly unheard: number;
}

/** A bridge, and what it says itself; undefined if it does not answer. */
export interface SeenBridge {
  readonly name: string;
  readonly listed: ListedBridge | undefined;
  readonly metrics: BridgeMetrics | undefined;
}

/**
 * Tunnels that no other bridge can take over: those that end at the bridge, those whose agent has lost its end, and those without a session. A session may
 * name another bridge than the tunnel is on, so that it is missed only where all bridges together have fewer sessions than tunnels.
 *
 * @param isDeaf - counts those through agents that were not heard: they have had their time for it
 */
export function fixedOn(bridge: SeenBridge, all: readonly SeenBridge[], isDeaf = false): number {
  const { metrics, listed } = bridge;
  if (metrics === undefined) return 0;
  const movable = Math.max(0, metrics.open - metrics.immovable);
  const sum = (count: (one: SeenBridge) => number) =>
    all.reduce((total, one) => total + count(one), 0);
  const tunnels = sum((one) => one.metrics?.open ?? 0);
  const sessions = sum((one) => one.listed?.sessions ?? 0);
  const here = Math.max(0, metrics.open - (listed?.sessions ?? 0));
  const missing = Math.min(here, Math.max(0, tunnels - sessions));
  const lost = (listed?.stuck ?? 0) + (isDeaf ? (listed?.unheard ?? 0) : 0);
  return metrics.immovable + Math.min(movable, missing + lost);
}

/** What a step is shown of a bridge. */
export const lookOf = (bridge: SeenBridge, all: readonly SeenBridge[]): SessionLook | undefined =>
  bridge.metrics && {
    open: bridge.metrics.open,
    byProtocol: bridge.metrics.byProtocol,
    fixed: fixedOn(bridge, all),
  };

const takesNew = ({ listed, metrics }: SeenBridge): boolean =>
  listed?.registeredAt !== undefined &&
  listed.status === "ready" &&
  listed.score < CORDONED &&
  metrics !== undefined &&
  !metrics.draining;

/** Why a bridge may not leave now; undefined if the others can do without it. */
export function whyNoRoom(
  leaving: SeenBridge,
  all: readonly SeenBridge[],
  mostTunnels: number | undefined,
): string | undefined {
  const edge = leaving.listed?.edge ?? "";
  const others = all.filter(({ name }) => name !== leaving.name);
  // Of an edge the product asks no bridge of another one, not even where its only bridge is cordoned.
  const isMeant = (one: SeenBridge) => edge === "" || one.listed?.edge === edge;
  const takers = others.filter((one) => takesNew(one) && isMeant(one));
  const where = edge === "" ? "" : ` of edge ${edge}`;
  if (takers.length === 0) {
    const found = others.map(({ name, listed, metrics }) => `${name} ${stateOf(listed, metrics)}`);
    return `no other bridge${where} takes new tunnels: ${found.join(", ") || "there is none"}`;
  }
  if (mostTunnels === undefined) return undefined;
  const held = [leaving, ...takers].reduce((sum, { metrics }) => sum + (metrics?.open ?? 0), 0);
  const room = takers.length * mostTunnels;
  return held <= room
    ? undefined
    : `the other bridges${where} have room for ${room} tunnels, and ${held} are open`;
}

function stateOf(listed: ListedBridge | undefined, metrics: BridgeMetrics | undefined): string {
  if (metrics === undefined) return "does not answer";
  if (metrics.draining) return "is stopping";
  if (listed?.registeredAt === undefined) return "is not registered";
  if (listed.status !== "ready" || listed.score >= CORDONED) return "is kept from new tunnels";
  return `belongs to edge ${listed.edge ?? "none"}`;
}

/** What becomes of an instance whose sessions have had their time. `go`: it may be stopped. */
export type Verdict =
  | { readonly kind: "go"; readonly carried: number; readonly cut: number }
  | { readonly kind: "wait"; readonly open: number }
  | { readonly kind: "stop"; readonly reason: string };

/**
 * Decides about the sessions that are open on an instance at this moment.
 *
 * @param timeIsOver - whether they have had the policy's time to end by themselves
 * @param carries - whether those that can move will be carried over
 */
export function decideRemaining(
  { open, fixed }: Pick<SessionLook, "open" | "fixed">,
  policy: Pick<SessionPolicy, "policy" | "cut">,
  { timeIsOver, carries }: { readonly timeIsOver: boolean; readonly carries: boolean },
): Verdict {
  if (open === 0) return { kind: "go", carried: 0, cut: 0 };
  if (!timeIsOver) return { kind: "wait", open };
  const bound = carries ? fixed : open;
  if (bound === 0) return { kind: "go", carried: open, cut: 0 };
  if (policy.policy === "wait") return { kind: "wait", open };
  if (policy.policy === "cut" && bound <= policy.cut)
    return { kind: "go", carried: open - bound, cut: bound };
  const why = carries
    ? `${bound} of ${open} tunnels are still open and cannot be carried to another bridge`
    : `${open} tunnels are still open`;
  return {
    kind: "stop",
    reason:
      policy.policy === "cut"
        ? `${why}, and the consent allows to cut ${policy.cut}`
        : `${why}, and the policy is to stop then`,
  };
}
