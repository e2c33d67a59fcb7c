import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { roomForCopy, type CopyRoom } from "../upgrade/copy-room";
import type { DatabaseFacts, ReadOnly } from "../upgrade/facts";
import { holdsKey, schemaLockKey } from "./advisory-lock";
import { clientVersion } from "./client-version";
import { openDatabase, type Database } from "./database";
import type { ReachableSource } from "./database-source";
import { identitySchema, identitySql } from "./database-identity";
import { followersSchema, followersSql } from "./followers";
import { hindrancesSchema, hindrancesSql } from "./hindrances";
import { isSharedSession } from "./pooler";
import { query } from "./query";
import { readOnlySql } from "./read-only";
import { serverRoomBy, type ServerRoom } from "./server-room";
import { openSession } from "./session";
import { sqlText } from "./sql-text";
import { undoneBy, readMark, restoredFrom } from "./restore-mark";
import { longestLook, within } from "./within";
import { migrationsSql, parseMigrations } from "./migrations";

export interface DatabaseLookOptions {
  /** Free bytes where the dump would be written; undefined if there is no such limit. */
  readonly freeBytes: () => Promise<number | undefined>;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** What a restore leaves out. @defaultValue nothing */
  readonly exclude?: { readonly eventTriggers: readonly string[] } | undefined;
  /** Longest look, in seconds. Default: {@link longestLook}; a step may wait longer than a preview. */
  readonly seconds?: number;
  /** Asks a client program for its version; may remember what it was told. @defaultValue asks each time */
  readonly versionOf?: typeof clientVersion;
}

const readOnlySchema = z.enum(["replica", "everyone", "role"] satisfies ReadOnly[]);

const serverSchema = z.object({
  server: z.string(),
  bytes: z.number(),
  mayCreateDatabase: z.boolean(),
  migrating: z.boolean(),
  readOnly: readOnlySchema.nullable(),
  /** Null if the database does not exist. */
  comment: z.string().nullable(),
  identity: identitySchema,
  trackedElsewhere: z.array(z.string()),
  hindrances: hindrancesSchema,
  followers: followersSchema,
});

/**
 * Looks at the database that a backup would save: one connection, nothing changed. A database that does not exist is an
 * answer; a server that cannot be reached, or that says nothing until the limit, is an error.
 *
 * @throws Error of one sentence, without the password.
 */
export async function readDatabaseFacts(
  source: ReachableSource,
  env: NodeJS.ProcessEnv,
  options: DatabaseLookOptions,
): Promise<DatabaseFacts> {
  const { freeBytes: askRoom, trackingTable, seconds = longestLook } = options;
  const { versionOf = clientVersion } = options;
  const left = options.exclude?.eventTriggers ?? [];
  return within(seconds, "the database", async (signal) => {
    const database = openDatabase(source, env);
    const script = `${serverLook(trackingTable, database.name, left)}${migrationsSql(trackingTable)}`;
    const [dumpTool, there, freeBytes] = await Promise.all([
      versionOf(database, "pg_dump", signal),
      lookFromInside(database, script, signal).catch((error: unknown) =>
        lookFromOutside(database, trackingTable, error, signal),
      ),
      askRoom(),
    ]);
    const [server = "", ...tracked] = "outside" in there ? [there.outside] : there.rows;
    const migrations = parseMigrations(tracked);
    const { comment, readOnly, ...look } = serverSchema.parse(JSON.parse(server));
    const mark = readMark(comment ?? "");
    const applied = migrations ?? [];
    const restored = {
      restoredFrom: restoredFrom(mark, applied),
      undone: undoneBy(mark, applied),
    };
    const pooled = "outside" in there ? false : there.pooled;
    const tools = { dumpTool, freeBytes, pooled, readOnly: readOnly ?? undefined };
    const base = { ...look, ...tools, ...restored, database: database.name, migrations };
    if (!("outside" in there))
      return { ...base, exists: true, copyRoom: copyRoom(look.bytes, there.room) };
    const beside = { identity: undefined, trackedElsewhere: [], hindrances: [], bytes: 0 };
    return { ...base, ...beside, exists: there.closed, closed: there.closed };
  });
}

/** What one session finds out. */
interface InsideLook {
  readonly rows: readonly string[];
  /** False as well if there can be no second session. */
  readonly pooled: boolean;
  /** Undefined if the role may not look. */
  readonly room: ServerRoom | undefined;
}

/** @throws Error with the server's first complaint, if the script fails. */
async function lookFromInside(
  database: Database,
  script: string,
  signal: AbortSignal,
): Promise<InsideLook> {
  const session = openSession(database, "gateways look", signal);
  try {
    const rows = await session.query(script);
    const pooled = await isSharedSession(session, database, signal).catch(() => false);
    const room = await serverRoomBy(session.query).catch(() => undefined);
    return { rows, pooled, room };
  } finally {
    await session.close();
  }
}

const copyRoom = (bytes: number, room: ServerRoom | undefined): CopyRoom | undefined =>
  room && { free: room.bytes, needed: roomForCopy(bytes, room.wal, { isLive: true }) };

const serverLook = (
  trackingTable: string,
  name: string,
  leftOut: readonly string[] = [],
): string => `
SELECT pg_catalog.jsonb_build_object(
  'server', pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
  'bytes', pg_catalog.pg_database_size(pg_catalog.current_database()),
  'mayCreateDatabase', (SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
  'comment', (SELECT coalesce(pg_catalog.shobj_description(oid, 'pg_database'), '') FROM pg_catalog.pg_database WHERE datname = ${sqlText(name)}),
  'migrating', EXISTS (SELECT FROM pg_catalog.pg_locks WHERE ${holdsKey(schemaLockKey)}),
  'readOnly', ${readOnlySql},
  'identity', ${identitySql},
  'hindrances', ${hindrancesSql(leftOut)},
  'followers', ${followersSql(sqlText(name))},
  'trackedElsewhere', (SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.format('%I.%I', nspname, relname)), '[]')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND relname = ${sqlText(trackingTable.split(".").at(-1) ?? "")}));
`;

/**
 * Asks the server itself whether the database is there and open, since the words of the refusal are in the server's language.
 *
 * @throws the first error, if the database should let us in, or the server cannot be asked.
 */
async function lookFromOutside(
  database: Database,
  trackingTable: string,
  refusal: unknown,
  signal: AbortSignal,
): Promise<{ readonly outside: string; readonly closed: boolean }> {
  const script = `${serverLook(trackingTable, database.name)}
SELECT datallowconn FROM pg_catalog.pg_database WHERE datname = ${sqlText(database.name)};`;
  const outside = query(database.on("postgres"), script, { signal });
  const [server, open] = await outside.catch(() => [undefined]);
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
