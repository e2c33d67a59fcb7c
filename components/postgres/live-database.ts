import { z } from "zod";
import { localeSchema } from "./locale";
import { holdsKey, schemaLockKey } from "./advisory-lock";
import { followersSchema, followersSql } from "./followers";
import type { Session } from "./session";
import { sqlText } from "./sql-text";

/** A connection that somebody has made, as {@link sessionsOf} lists it. */
export const sessionSchema = z.object({
  pid: z.int(),
  role: z.string(),
  name: z.string(),
  client: z.string().nullable(),
  superuser: z.boolean(),
  member: z.boolean(),
});

/** What belongs to a database as a whole, and not to anything in it. */
const properties = z.object({
  owner: z.string(),
  tablespace: z.string(),
  /** Most connections at a time; -1 for no limit. */
  limit: z.int(),
  /** Undefined for the server's own default. */
  grants: z
    .array(
      z.object({
        /** "" for everybody. */
        to: z.string(),
        privilege: z.string(),
        grantable: z.boolean(),
      }),
    )
    .nullable(),
  /** `search_path=app, public`; of one role where `role` is not "". */
  settings: z.array(z.object({ role: z.string(), setting: z.string() })),
});

const liveSchema = localeSchema.extend({
  properties,
  /** Whether anybody may connect. */
  open: z.boolean(),
  comment: z.string(),
  bytes: z.number(),
  server: z.string(),
  /** Whether a migration holds the schema lock. */
  migrating: z.boolean(),
  followers: followersSchema,
  rights: z.object({
    role: z.string(),
    database: z.string(),
    owner: z.string(),
    superuser: z.boolean(),
    createDatabase: z.boolean(),
    owns: z.boolean(),
    signals: z.boolean(),
    sessions: z.array(sessionSchema),
    prepared: z.array(z.string()),
  }),
});

export type LiveDatabase = z.infer<typeof liveSchema>;
export type DatabaseProperties = z.infer<typeof properties>;

/** Looks at a database from beside it; nothing has to be let in. Undefined if there is no such database. */
export async function readLiveDatabase(
  server: Session,
  name: string,
): Promise<LiveDatabase | undefined> {
  const [row] = await server.query(lookSql(name));
  return row === undefined ? undefined : liveSchema.parse(JSON.parse(row));
}

/** Connections that somebody has made; those of the server's own workers come and go. */
export const sessionsOf = (name: string): string => `
  SELECT a.pid, a.usename AS role, coalesce(nullif(a.application_name, ''), 'unnamed') AS name, host(a.client_addr) AS client, r.rolsuper AS superuser,
    pg_has_role(a.usesysid, 'MEMBER') AS member
  FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid WHERE a.datname = ${sqlText(name)}`;

const lookSql = (name: string): string => `
SELECT to_jsonb(d) || jsonb_build_object(
  'encoding', pg_encoding_to_char(d.encoding), 'datacl', null,
  'open', d.datallowconn,
  'comment', coalesce(shobj_description(d.oid, 'pg_database'), ''),
  'bytes', pg_database_size(d.oid),
  'server', split_part(current_setting('server_version'), ' ', 1),
  'migrating', EXISTS (SELECT FROM pg_locks WHERE ${holdsKey(schemaLockKey, sqlText(name))}),
  'followers', ${followersSql("d.datname")},
  'properties', ${propertiesSql},
  'rights', (SELECT jsonb_build_object('role', current_user, 'database', d.datname, 'owner', pg_get_userbyid(d.datdba),
    'superuser', rolsuper, 'createDatabase', rolcreatedb, 'owns', pg_has_role(d.datdba, 'MEMBER'),
    'signals', pg_has_role('pg_signal_backend', 'MEMBER'),
    'sessions', (SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM (${sessionsOf(name)}) AS s),
    'prepared', (SELECT coalesce(jsonb_agg(gid), '[]') FROM pg_prepared_xacts WHERE database = d.datname))
    FROM pg_roles WHERE rolname = current_user))
FROM pg_database d WHERE datname = ${sqlText(name)};`;

const propertiesSql = `jsonb_build_object(
  'owner', pg_get_userbyid(d.datdba),
  'tablespace', (SELECT spcname FROM pg_tablespace t WHERE t.oid = d.dattablespace),
  'limit', d.datconnlimit,
  'grants', CASE WHEN d.datacl IS NULL THEN NULL ELSE (SELECT coalesce(jsonb_agg(jsonb_build_object(
    'to', CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee) END, 'privilege', privilege_type, 'grantable', is_grantable)
    ORDER BY grantee <> 0, pg_get_userbyid(grantee) COLLATE "C", privilege_type COLLATE "C"), '[]') FROM aclexplode(d.datacl)) END,
  'settings', (SELECT coalesce(jsonb_agg(jsonb_build_object(
    'role', CASE setrole WHEN 0 THEN '' ELSE pg_get_userbyid(setrole) END, 'setting', setting)
    ORDER BY setrole, setting COLLATE "C"), '[]')
    FROM pg_db_role_setting s, unnest(setconfig) AS setting WHERE s.setdatabase = d.oid))`;

/** Reads what belongs to a database as a whole. */
export async function readProperties(server: Session, name: string): Promise<DatabaseProperties> {
  const [row = ""] = await server.query(
    `SELECT ${propertiesSql} FROM pg_database d WHERE datname = ${sqlText(name)};`,
  );
  return properties.parse(JSON.parse(row));
}
