import { restoreLockKey, takeLock } from "./advisory-lock";
import type { Database } from "./database";
import { query } from "./query";
import { openSession, type Session } from "./session";
import { StepFailure, wordsOf } from "../upgrade/step-io";

/** Longest wait for a run that was killed to let go, or for another one to end. In seconds. */
const longestWait = 60;

/**
 * Runs work with a session beside the live database, while this process alone may put another one in its place. What changes databases goes
 * through this session: as long as a statement of a killed run is carried out, the lock is held, and the next run waits for it.
 *
 * @throws StepFailure if no other database of the server lets us in, or where the lock stays held.
 */
export async function withServer<T>(
  live: Database,
  label: string,
  signal: AbortSignal | undefined,
  work: (server: Session) => Promise<T>,
): Promise<T> {
  const beside = await databaseBeside(live, signal);
  const session = inTurn(openSession(beside, label, signal));
  const awake = setInterval(() => {
    // Some networks cut a connection that is silent while a large dump is restored. The next question reports a lost one.
    session.query("SELECT 1;").catch(() => undefined);
  }, 15_000);
  try {
    await takeLock(session, beside, restoreLockKey(live.name), {
      what: `the restore lock of ${live.words}`,
      holder: "restore",
      seconds: longestWait,
    });
    await session.query("SET lock_timeout = '15s';");
    return await work(session);
  } finally {
    clearInterval(awake);
    await session.close();
  }
}

/** A database that is not renamed: the one that every server is made with, else the template. */
async function databaseBeside(live: Database, signal: AbortSignal | undefined): Promise<Database> {
  const refusals: string[] = [];
  for (const name of ["postgres", "template1"].filter((other) => other !== live.name)) {
    const beside = live.on(name);
    try {
      await query(beside, "SELECT 1;", { signal });
      return beside;
    } catch (error) {
      refusals.push(wordsOf(error));
    }
  }
  throw new StepFailure(
    `nothing but ${live.words} lets us in, and a database cannot be renamed from within: ${refusals.join("; ")}`,
    "give the role CONNECT on database postgres of that server",
  );
}

/** The session for several who ask at the same time. */
function inTurn(session: Session): Session {
  let last: Promise<unknown> = Promise.resolve();
  return {
    close: session.close,
    query: (sql) => {
      const next = last.then(() => session.query(sql));
      last = next.catch(() => undefined);
      return next;
    },
  };
}
