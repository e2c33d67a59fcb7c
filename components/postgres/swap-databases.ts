import { setTimeout as pause } from "node:timers/promises";
import type { Session } from "./session";
import { sqlName, sqlText } from "./sql-text";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { mayEnd, sessionWords, type Rights } from "./judge-rights";
import { sessionSchema, sessionsOf } from "./live-database";

/** Longest wait for sessions that were asked to end, in seconds. */
const longestEnd = 30;

/** Whether anybody may connect to a database. Its owner decides. */
export const allowConnections = (server: Session, name: string, open: boolean): Promise<unknown> =>
  server.query(`ALTER DATABASE ${sqlName(name)} ALLOW_CONNECTIONS ${open};`);

/**
 * Keeps everybody out of a database and ends the sessions that are in it.
 *
 * @throws StepFailure naming those that do not end.
 */
export async function disconnectAll(
  server: Session,
  name: string,
  rights: Pick<Rights, "superuser" | "signals">,
  io: StepIo,
): Promise<void> {
  await allowConnections(server, name, false);
  const end = Date.now() + longestEnd * 1000;
  const asked = new Set<number>();
  for (;;) {
    const rows = await server.query(`SELECT to_jsonb(s) FROM (${sessionsOf(name)}) AS s;`);
    const sessions = rows.map((row) => sessionSchema.parse(JSON.parse(row)));
    if (sessions.length === 0) return;
    for (const session of sessions.filter((session) => mayEnd(rights, session))) {
      if (!asked.has(session.pid)) io.say(`ending ${sessionWords(session)}`);
      asked.add(session.pid);
      await server.query(`SELECT '' FROM pg_terminate_backend(${session.pid});`);
    }
    if (Date.now() > end)
      throw new StepFailure(
        `database ${name} is still held by ${sessions.map(sessionWords).join(", ")}`,
        "end these sessions as an administrator, then run this again",
      );
    await pause(200, undefined, { signal: io.signal });
  }
}

/** The names of a change of place. */
export interface Change {
  readonly live: string;
  readonly restored: string;
  readonly kept: string;
  /** Comment of the database that becomes the live one. */
  readonly comment: string;
}

/**
 * Puts the restored database in the place of the live one, which is kept under another name, and lets everybody in again: all of it or
 * nothing. Both have to be empty of sessions.
 */
export const swapDatabases = (
  server: Session,
  { live, restored, kept, comment }: Change,
): Promise<unknown> =>
  server.query(`
BEGIN;
ALTER DATABASE ${sqlName(live)} RENAME TO ${sqlName(kept)};
ALTER DATABASE ${sqlName(restored)} RENAME TO ${sqlName(live)};
COMMENT ON DATABASE ${sqlName(live)} IS ${sqlText(comment)};
ALTER DATABASE ${sqlName(live)} ALLOW_CONNECTIONS true;
ALTER DATABASE ${sqlName(kept)} ALLOW_CONNECTIONS true;
COMMIT;`);
