import { loadKind, type Kinds } from "./upgrade/load-kind";
import type { EndSessions, OpenSessions } from "./upgrade/sessions";

/** Kinds of sessions. */
const kinds: Kinds<OpenSessions> = {
  bamf: async () => (await import("./bamf/sessions/bridge-sessions")).withBridgeSessions,
};

/** Kinds of sessions that end where their workload is replaced. */
const endings: Kinds<EndSessions> = {
  "bamf-agents": async () => (await import("./bamf/sessions/end-agent-tunnels")).endAgentTunnels,
};

/** What waits for sessions of a kind to end. @throws StepFailure if nothing does. */
export const endingOf = (kind: string): Promise<EndSessions> =>
  loadKind(endings, kind, `nothing waits for sessions of the kind "${kind}" to end`);

/** What knows sessions of a kind. @throws StepFailure if nothing does. */
export const sessionsOf = (kind: string): Promise<OpenSessions> =>
  loadKind(kinds, kind, `nothing knows sessions of the kind "${kind}"`);
