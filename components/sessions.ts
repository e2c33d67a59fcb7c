import type { OpenSessions } from "./upgrade/sessions";
import { StepFailure } from "./upgrade/step-io";

/** Kinds of sessions, loaded by name: no step pays for the imports of another product. */
const kinds: Readonly<Record<string, () => Promise<OpenSessions>>> = {
  bamf: async () => (await import("./bamf/sessions/bridge-sessions")).withBridgeSessions,
};

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
