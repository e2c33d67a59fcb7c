import { CORDONED, type SeenBridge } from "../sessions/decide";

/** An agent as the product's Redis lists it. */
export interface ListedAgent {
  readonly online: boolean;
  /** Seconds since its last heartbeat. */
  readonly heartbeatAgo: number;
  /** Its last heartbeat, as the API has noted it: another text is another heartbeat. */
  readonly heard: string;
}

/** How long an agent has to come back: it counts as offline after 180 s without a heartbeat (B-12). */
export const AGENT_SECONDS = 180;
/** An agent that was silent before that was not lost by this upgrade. */
const HEARD_SECONDS = 3600;

/** What is wrong with the bridges: each has to be registered, and free for new tunnels. */
export const bridgeFaults = (bridges: readonly SeenBridge[]): readonly string[] =>
  bridges.flatMap(({ name, listed, metrics }) => {
    if (metrics === undefined) return [`${name} does not answer on its health port`];
    if (metrics.draining) return [`${name} says that it is stopping`];
    if (listed?.registeredAt === undefined) return [`${name} is not registered at the API`];
    if (listed.status !== "ready")
      return [`${name} is registered as ${listed.status ?? "nothing"}`];
    if (listed.score >= CORDONED) return [`${name} is kept from new tunnels by its score`];
    return [];
  });

/**
 * Edges of bridges that the list of all edges lacks, so that nobody measures the way to them (T-42). A release whose list is empty keeps none.
 */
export function edgeFaults(
  bridges: readonly { readonly edge: string | undefined }[],
  edges: readonly string[],
): readonly string[] {
  if (edges.length === 0) return [];
  const named = new Set(bridges.flatMap(({ edge }) => (edge ? [edge] : [])));
  return [...named]
    .filter((edge) => !edges.includes(edge))
    .map(
      (edge) =>
        `edge ${edge} is not in the list of edges, since none of its bridges has registered anew: restart one`,
    );
}

/** Agents at one moment, by their names. */
export type ListedAgents = Readonly<Record<string, ListedAgent>>;

/**
 * Agents that have not been heard since the first look, whatever keeps them from it: the product calls one online for 180 s after its last heartbeat, also one that
 * the new API has rejected since. One that was silent for more than an hour by then was not lost by this upgrade.
 */
export const agentsUnheard = (first: ListedAgents, now: ListedAgents): readonly string[] =>
  Object.entries(first)
    .filter(([name, { heartbeatAgo, heard }]) => {
      const isHeard = name in now && now[name]?.heard !== heard;
      return heartbeatAgo < HEARD_SECONDS && !isHeard;
    })
    .map(([name]) => name)
    .sort();

/** What was seen, in one sentence. */
export function describeBamf(bridges: readonly SeenBridge[], agents: ListedAgents): string {
  const open = bridges.reduce((sum, { metrics }) => sum + (metrics?.open ?? 0), 0);
  const all = Object.values(agents);
  const online = all.filter((one) => one.online).length;
  const silent = all.filter((one) => !one.online && one.heartbeatAgo >= HEARD_SECONDS).length;
  const long = silent === 0 ? "" : `, ${silent} silent for more than an hour`;
  return `${bridges.length} bridges with ${open} tunnels; agents online: ${online} of ${all.length}${long}`;
}
