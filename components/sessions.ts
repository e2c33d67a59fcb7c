import { loadKind, type Kinds } from "./upgrade/load-kind";
import type { OpenSessions } from "./upgrade/sessions";

/** Kinds of sessions. */
const kinds: Kinds<OpenSessions> = {
  bamf: async () => (await import("./bamf/sessions/bridge-sessions")).withBridgeSessions,
  "bamf-agents": async () => (await import("./bamf/sessions/agent-sessions")).withAgentSessions,
};

/** What knows sessions of a kind. @throws StepFailure if nothing does. */
export const sessionsOf = (kind: string): Promise<OpenSessions> =>
  loadKind(kinds, kind, `nothing knows sessions of the kind "${kind}"`);
