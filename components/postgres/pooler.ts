import { StepFailure } from "../upgrade/step-io";
import type { Database } from "./database";
import { openSession, type Session } from "./session";

/** The server's processes that answered: one session twice, and another session's transaction in between. */
export interface Backends {
  readonly first: string;
  /** Of the other session, while the first one is open and idle. */
  readonly other: string;
  /** Of the first session again, while the other's transaction is open. */
  readonly again: string;
}

/**
 * Whether a pooler gives each transaction whatever connection is free: then two open sessions share a process of the server, or one
 * session changes its own. Without a pooler, and with one in session mode, a process belongs to one session for as long as that lasts.
 */
export const sharesBackends = ({ first, other, again }: Backends): boolean =>
  first === other || first !== again;

/**
 * Asks the server which of its processes answer whom. Changes nothing.
 *
 * Source: PgBouncer, config, server_round_robin: server connections are reused last in, first out, so that of an idle session is taken first.
 *
 * @throws Error if the database cannot be reached.
 */
export async function isPooledByTransaction(
  database: Database,
  signal?: AbortSignal,
): Promise<boolean> {
  const session = openSession(database, LABEL, signal);
  try {
    return await isSharedSession(session, database, signal);
  } finally {
    await session.close();
  }
}

/** The same of a session that is open and idle. @throws Error if no second one can be opened, or the first one is lost. */
export async function isSharedSession(
  session: Session,
  database: Database,
  signal?: AbortSignal,
): Promise<boolean> {
  const second = openSession(database, LABEL, signal);
  try {
    const [first = ""] = await session.query(ASK);
    const [other = ""] = await second.query(`BEGIN; ${ASK}`);
    const [again = ""] = await session.query(ASK);
    return sharesBackends({ first, other, again });
  } finally {
    await second.close();
  }
}

const LABEL = "gateways pooler look";
const ASK = "SELECT pg_catalog.pg_backend_pid();";

/** What a step says that needs a lock or a snapshot. */
export const behindPooler = ({ words }: Database): StepFailure =>
  new StepFailure(
    `${words} is reached through a pooler in transaction mode, where no lock and no snapshot lasts`,
    "connect to the server itself, mostly port 5432, or to a port of the pooler in session mode",
  );
