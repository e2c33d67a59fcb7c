import type { Database } from "../postgres/database";
import { openSession, type Session } from "../postgres/session";

/** A state of the source that stays the same for everyone who takes part, while the gateway goes on writing. */
export interface Snapshot {
  /** Name for `pg_dump --snapshot`. */
  readonly id: string;
  /** The session that holds it. */
  readonly session: Session;
  /** Opens another session that sees the same rows. */
  readonly join: () => Promise<Session>;
}

/**
 * Longest wait for a table that somebody else changes in its form, in seconds. Whoever waits for us to end makes the
 * gateway wait too: rather no backup than that.
 */
export const longestLockWait = 15;

const begin = `SET lock_timeout = '${longestLockWait}s'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;`;

/** Runs work on one snapshot of a database, and lets go of it afterwards. Keeps no writer waiting. */
export async function withSnapshot<T>(
  database: Database,
  label: string,
  signal: AbortSignal | undefined,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const session = openSession(database, label, signal);
  const joined: Session[] = [];
  try {
    const [id = ""] = await session.query(`${begin} SELECT pg_export_snapshot();`);
    const join = async (): Promise<Session> => {
      const other = openSession(database, label, signal);
      joined.push(other);
      await other.query(`${begin} SET TRANSACTION SNAPSHOT '${id}';`);
      return other;
    };
    return await work({ id, session, join });
  } finally {
    await Promise.all([session, ...joined].map((open) => open.close()));
  }
}
