import { z } from "zod";
import { sqlText } from "./sql-text";

export const hindrancesSchema = z.array(z.string());

/** From version 16 on, to be a member is not enough to act for a role. */
const canActFor = (role: string): string =>
  `pg_catalog.pg_has_role(${role}, CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)`;

const userSchema = "nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')";

const isMember = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend WHERE deptype = 'e' AND classid = 'pg_catalog.${catalog}'::regclass AND objid = ${oid})`;

/**
 * SQL for what would keep our role from putting a dump of the current database in its place, as an array of clauses; empty if nothing is known to. Only
 * the restore itself is the proof: the backup makes it where it can.
 *
 * @param eventTriggers - names of those that a restore leaves out.
 *
 * Source: PostgreSQL 15, sql-alterdatabase, sql-altertable (OWNER TO), sql-createeventtrigger, sql-createpublication.
 */
export const hindrancesSql = (eventTriggers: readonly string[] = []): string => `(
SELECT coalesce(pg_catalog.jsonb_agg(clause ORDER BY clause COLLATE "C"), '[]') FROM (
  SELECT pg_catalog.format('database %I is owned by %I, and %I may not act for it', datname, pg_catalog.pg_get_userbyid(datdba), current_user)
  FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database() AND NOT pg_catalog.pg_has_role(datdba, 'MEMBER')
  UNION ALL
  SELECT pg_catalog.format('%s are owned by %I, and %I may not act for it', pg_catalog.string_agg(DISTINCT kind, ', '), pg_catalog.pg_get_userbyid(owner), current_user)
  FROM (
    SELECT 'relations' AS kind, relowner AS owner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND relpersistence <> 't' AND (${userSchema} OR nspname = 'public') AND NOT ${isMember("pg_class", "c.oid")}
    UNION ALL SELECT 'schemas', nspowner FROM pg_catalog.pg_namespace n WHERE ${userSchema} AND NOT ${isMember("pg_namespace", "n.oid")}
    UNION ALL SELECT 'functions', proowner FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = pronamespace
    WHERE (${userSchema} OR nspname = 'public') AND NOT ${isMember("pg_proc", "p.oid")}
    UNION ALL SELECT 'publications', pubowner FROM pg_catalog.pg_publication
  ) AS owned WHERE NOT ${canActFor("owner")} GROUP BY owner
  UNION ALL
  SELECT DISTINCT pg_catalog.format('default privileges are those of %I, and %I may not act for it', pg_catalog.pg_get_userbyid(defaclrole), current_user)
  FROM pg_catalog.pg_default_acl WHERE NOT ${canActFor("defaclrole")}
  UNION ALL
  SELECT pg_catalog.format('publication %I is for all tables, which only a superuser may make', pubname) FROM pg_catalog.pg_publication WHERE puballtables
  UNION ALL
  SELECT pg_catalog.format('event trigger %I is there, which only a superuser may make', evtname) FROM pg_catalog.pg_event_trigger e
  WHERE NOT ${isMember("pg_event_trigger", "e.oid")} AND evtname::text <> ALL (ARRAY[${eventTriggers.map(sqlText).join(", ")}]::text[])
) AS found (clause) WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user))`;
