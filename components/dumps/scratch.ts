import { randomBytes } from "node:crypto";
import { StepFailure, wordsOf } from "../upgrade/step-io";
import type { Database } from "../postgres/database";
import { query } from "../postgres/query";
import { localeClause, type Locale } from "../postgres/locale";
import { openSession, type Session } from "../postgres/session";
import { sqlName, sqlText } from "../postgres/sql-text";

/**
 * Runs work with a fresh database that nobody else uses, and drops it afterwards, come what may. Databases that killed runs
 * left behind are dropped first: those of the same role or of `owner`, whose maker is no longer connected under their name.
 *
 * @param server - any database of the server; the statements run there.
 * @param owner - whose the database shall be, if the role may act for it.
 */
export async function withScratch<T>(
  server: Database,
  gateway: string,
  locale: Locale,
  work: (scratch: Database) => Promise<T>,
  owner?: string,
): Promise<T> {
  const prefix = `gateways_scratch_${gateway.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`.slice(
    0,
    50,
  );
  const name = `${prefix}_${randomBytes(4).toString("hex")}`;
  // The name of the session is what tells a database in use from one that was left behind.
  const holder = openSession(server, name);
  try {
    await dropLeftovers(holder, `${prefix}_`, owner);
    await create(holder, server, name, locale);
    // If it may not, the restore reports what comes of that.
    if (owner !== undefined) await query(server, ownerSql(name, owner)).catch(() => undefined);
    return await work(server.on(name));
  } finally {
    await holder.query(dropSql(name)).catch(() => dropAgain(server, name));
    await holder.close();
  }
}

async function create(
  owner: Session,
  server: Database,
  name: string,
  locale: Locale,
): Promise<void> {
  try {
    await owner.query(
      `CREATE DATABASE ${sqlName(name)} TEMPLATE template0 ${localeClause(locale)};`,
    );
    // Of no use after a crash, so it need not wait for the disk.
    await owner.query(`ALTER DATABASE ${sqlName(name)} SET synchronous_commit = off;`);
  } catch (error) {
    throw new StepFailure(
      `the scratch database that proves the backup could not be made: ${wordsOf(error)}`,
      `give the role of ${server.words} CREATEDB, or name another server for the proof (backup.scratch, gateways:<product>ScratchUrl)`,
    );
  }
}

/** Ends a first connection that died with its server: the second one finds out whether there is still something to drop. */
async function dropAgain(server: Database, name: string): Promise<void> {
  const session = openSession(server, name);
  await session.query(dropSql(name)).catch(() => undefined);
  await session.close();
}

async function dropLeftovers(
  holder: Session,
  prefix: string,
  owner: string | undefined,
): Promise<void> {
  const whose = owner === undefined ? "current_user" : `current_user, ${sqlText(owner)}`;
  const left = await holder.query(
    `SELECT d.datname FROM pg_database d WHERE starts_with(d.datname, ${sqlText(prefix)})
     AND pg_get_userbyid(d.datdba) IN (${whose})
     AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = d.datname);`,
  );
  for (const name of left) await holder.query(dropSql(name));
}

const ownerSql = (name: string, owner: string): string =>
  `ALTER DATABASE ${sqlName(name)} OWNER TO ${sqlName(owner)};`;

const dropSql = (name: string): string => `DROP DATABASE IF EXISTS ${sqlName(name)} WITH (FORCE);`;
