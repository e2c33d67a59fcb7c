import type { EndSessions, OpenSessions } from "./upgrade/sessions";
import { StepFailure } from "./upgrade/step-io";

/** Kinds of sessions, loaded by name: no step pays for the imports of another product. */
const kinds: Readonly<Record<string, () => Promise<OpenSessions>>> = {
  bamf: async () => (await import("./bamf/sessions/bridge-sessions")).withBridgeSessions,
};

/** Kinds of sessions that end where their workload is replaced. */
const endings: Readonly<Record<string, () => Promise<EndSessions>>> = {
  "bamf-agents": async () => (await import("./bamf/sessions/end-agent-tunnels")).endAgentTunnels,
};

/** What waits for sessions of a kind to end. @throws StepFailure if nothing does. */
export function endingOf(kind: string): Promise<EndSessions> {
  const load = endings[kind];
  if (load === undefined)
    throw new StepFailure(
      `nothing waits for sessions of the kind "${kind}" to end`,
      `name one of ${Object.keys(endings).join(", ")}`,
    );
  return load();
}

/** What knows sessions of a kind. @throws StepFailure if nothing does. */
export function sessionsOf(kind: string): Promise<OpenSessions> {
  const load = kinds[kind];
  if (load === undefined)
    throw new StepFailure(
      `nothing knows sessions of the kind "${kind}"`,
      `name one of ${Object.keys(kinds).join(", ")}`,
    );
  return load();
}
