import { createHash } from "node:crypto";
import { StepFailure, wordsOf } from "../upgrade/step-io";
import type { Database } from "./database";
import { behindPooler, isPooledByTransaction } from "./pooler";
import { query } from "./query";
import { replicaSql, takesNoWrites } from "./read-only";
import { openSession, type Session } from "./session";
import { sqlText } from "./sql-text";

/** The two halves of an advisory lock's key, as `pg_locks` shows them. */
export interface LockKey {
  /** High 32 bits, unsigned. */
  readonly classid: number;
  /** Low 32 bits, unsigned. */
  readonly objid: number;
}

/** The key under which the schema of a database is changed: the same for every gateway, release, stack and machine. */
export const schemaLockKey: LockKey = lockKey("gateways/schema");

/** The key under which another database is put in the place of this one. */
export const restoreLockKey = (database: string): LockKey =>
  lockKey(`gateways/restore/${database}`);

function lockKey(name: string): LockKey {
  const digest = createHash("sha256").update(name).digest();
  return { classid: digest.readUInt32BE(0), objid: digest.readUInt32BE(4) };
}

/**
 * Condition on `pg_locks` that holds for a granted lock of this key.
 *
 * @param database - SQL for the name of the database in which the lock was taken. Default: the current one.
 */
export const holdsKey = (
  { classid, objid }: LockKey,
  database = "pg_catalog.current_database()",
): string =>
  `locktype = 'advisory' AND granted AND objsubid = 1 AND classid = '${classid}'::oid AND objid = '${objid}'::oid
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = ${database})`;

export interface LockOptions {
  /** Name of whoever holds the lock, for the words that others get to read: `gateways schema 1.2.0`. */
  readonly label: string;
  /** Longest wait for the lock in seconds. Default: 60. */
  readonly seconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the work while this process alone holds the schema lock of that database, whichever gateways use it. The lock belongs to a
 * session: a killed process lets it go. Refused are a pooler in transaction mode, where the lock would not last, and a replica, where it would keep nobody away.
 *
 * @param work - gets a signal that fires when the connection, and with it the lock, is lost, and a question that fails if it is lost at this moment.
 * @throws StepFailure if the wait ends, naming who holds the lock.
 */
export async function withAdvisoryLock<T>(
  database: Database,
  options: LockOptions,
  work: (lost: AbortSignal, confirm: () => Promise<void>) => Promise<T>,
): Promise<T> {
  if (await isPooledByTransaction(database, options.signal)) throw behindPooler(database);
  const key = schemaLockKey;
  const session = openSession(database, options.label, options.signal);
  try {
    const [replica] = await session.query(replicaSql);
    if (replica !== undefined) throw takesNoWrites(database, "replica");
    const lock = { what: `the schema lock of ${database.words}`, holder: "migration" };
    await takeLock(session, database, key, { ...lock, seconds: options.seconds ?? 60 });
    const lost = new AbortController();
    const ask = asking(session, database);
    const watch = watchLock(ask, lost);
    try {
      return await work(lost.signal, ask);
    } finally {
      clearInterval(watch);
    }
  } finally {
    await session.close();
  }
}

/**
 * How long a session that asks nothing keeps a lock, in seconds: several times the silence between two questions of one who works. A machine that is cut off ends no session: its server, or the SSH
 * server before a container, waits for it for hours, and so would the run that goes on.
 */
const FORGOTTEN_AFTER = 300;

/**
 * Takes a lock for as long as the session lasts. Whoever works has to ask something at least every minute: from PostgreSQL 14 on the server ends one that does not.
 *
 * @param database - the one in which the session is.
 * @param what - the lock in words, and `holder` what holds it.
 * @param forgottenAfter - silence in seconds after which the lock is let go. Default: 300.
 * @throws StepFailure if the wait ends, naming who holds the lock.
 */
export async function takeLock(
  session: Session,
  database: Database,
  key: LockKey,
  {
    what,
    holder: work,
    seconds,
    forgottenAfter = FORGOTTEN_AFTER,
  }: {
    readonly what: string;
    readonly holder: string;
    readonly seconds: number;
    readonly forgottenAfter?: number;
  },
): Promise<void> {
  const number = (BigInt(key.classid) << 32n) | BigInt(key.objid);
  await session.query("SELECT 1;");
  try {
    await session.query(
      `SET lock_timeout = '${seconds}s';
       SELECT '' FROM pg_catalog.pg_advisory_lock(${BigInt.asIntN(64, number)});
       DO $$BEGIN PERFORM pg_catalog.set_config(name, '${forgottenAfter}s', false)
         FROM pg_catalog.pg_settings WHERE name = 'idle_session_timeout'; END$$;`,
    );
  } catch (error) {
    const holder = await holderOf(database, key);
    if (holder === undefined) throw error;
    throw new StepFailure(
      `${what} is still held after ${seconds} s by ${holder}`,
      `wait for that ${work} to end, or end its session with pg_terminate_backend, then run this again`,
    );
  }
}

/** Pid, name and place of the session that holds the lock; undefined if none does. */
async function holderOf(database: Database, key: LockKey): Promise<string | undefined> {
  const [holder] = await query(
    database,
    `SELECT pg_catalog.format('pid %s (%s from %s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'),
       coalesce(a.client_addr::text, 'the local socket'))
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) WHERE ${holdsKey(key)};`,
  ).catch((error: unknown) => [`a session that could not be looked up (${wordsOf(error)})`]);
  return holder;
}

/** The lock is somebody else's by now, or may be: what needs it is theirs to do, and to undo. */
export class LockLost extends StepFailure {}

/** Asks the session that holds the lock, for several who ask at the same time. @returns a question that fails with the session: {@link LockLost} */
function asking(session: Session, database: Database): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const next = last.then(() => session.query(`SELECT ${sqlText("held")};`));
    last = next.catch(() => undefined);
    await next.catch((error: unknown) => {
      throw new LockLost(
        `the schema lock of ${database.words} was lost: ${wordsOf(error)}`,
        "see that no other run migrates that database, then run this again",
      );
    });
  };
}

/** An idle psql does not notice that its server is gone: it is asked every 5 seconds. */
function watchLock(ask: () => Promise<void>, lost: AbortController): NodeJS.Timeout {
  return setInterval(() => {
    ask().catch((error: unknown) => {
      lost.abort(error);
    });
  }, 5000);
}
