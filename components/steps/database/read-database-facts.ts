import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { DatabaseFacts } from "../../upgrade/facts";
import { holdsKey, schemaLockKey } from "./advisory-lock";
import { clientVersion } from "./client-version";
import { openDatabase, type Database } from "./database";
import type { ReachableSource } from "./database-source";
import { query } from "./query";
import { sqlText } from "./sql-text";
import { readMark } from "../restore/restore-mark";
import { appliedMigrations, readMigrations } from "./tracking";

export interface DatabaseLookOptions {
  /** Name of the gateway: its schema lock is looked for. */
  readonly gateway: string;
  /** Directory where the dump would be written; it need not exist yet. */
  readonly directory: string;
  /** Default: `_schema_migrations`. */
  readonly trackingTable?: string;
}

const serverSchema = z.object({
  server: z.string(),
  bytes: z.number(),
  mayCreateDatabase: z.boolean(),
  migrating: z.boolean(),
  /** Null where the database does not exist. */
  comment: z.string().nullable(),
});

/**
 * Looks at the database that a backup would save: one connection, nothing changed. A database that does not exist is an
 * answer; a server that cannot be reached is an error.
 *
 * @throws Error of one sentence, without the password.
 */
export async function readDatabaseFacts(
  source: ReachableSource,
  env: NodeJS.ProcessEnv,
  { gateway, directory, trackingTable = "_schema_migrations" }: DatabaseLookOptions,
): Promise<DatabaseFacts> {
  const database = await openDatabase(source, env);
  const script = `${serverLook(gateway, database.name)}${appliedMigrations(trackingTable)}`;
  const [dumpTool, there, freeBytes] = await Promise.all([
    clientVersion(database, "pg_dump"),
    query(database, script).catch((error: unknown) => lookFromOutside(database, gateway, error)),
    freeBytesAt(directory),
  ]);
  const [server = "", ...tracked] = "outside" in there ? [there.outside] : there;
  const migrations = readMigrations(tracked);
  const { comment, ...look } = serverSchema.parse(JSON.parse(server));
  const restoredFrom = readMark(comment ?? "")?.dump;
  const base = { ...look, restoredFrom, database: database.name, dumpTool, freeBytes, migrations };
  if (!("outside" in there)) return { ...base, exists: true };
  return { ...base, exists: there.closed, closed: there.closed, bytes: 0 };
}

const serverLook = (gateway: string, name: string): string => `
SELECT pg_catalog.jsonb_build_object(
  'server', pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
  'bytes', pg_catalog.pg_database_size(pg_catalog.current_database()),
  'mayCreateDatabase', (SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
  'comment', (SELECT coalesce(pg_catalog.shobj_description(oid, 'pg_database'), '') FROM pg_catalog.pg_database WHERE datname = ${sqlText(name)}),
  'migrating', EXISTS (SELECT FROM pg_catalog.pg_locks WHERE ${holdsKey(schemaLockKey(gateway))}));
`;

/**
 * Asks the server itself whether the database is there and open, since the words of the refusal are in the server's language.
 *
 * @throws the first error, where the database should let us in, or the server cannot be asked.
 */
async function lookFromOutside(
  database: Database,
  gateway: string,
  refusal: unknown,
): Promise<{ readonly outside: string; readonly closed: boolean }> {
  const script = `${serverLook(gateway, database.name)}
SELECT datallowconn FROM pg_catalog.pg_database WHERE datname = ${sqlText(database.name)};`;
  const [server, open] = await query(database.on("postgres"), script).catch(() => [undefined]);
  if (server === undefined || open === "t") throw refusal;
  return { outside: server, closed: open === "f" };
}

/** Free bytes for an unprivileged writer in the directory, or in the nearest one above it that exists. */
export async function freeBytesAt(directory: string): Promise<number> {
  const path = resolve(directory);
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (dirname(path) === path) throw error;
    return freeBytesAt(dirname(path));
  }
}
