import { z } from "zod";
import type { Database } from "./database";
import { query } from "./query";
import { sqlText } from "./sql-text";

/** Name of a tracking table, with or without its schema: `_schema_migrations`, `audit._schema_migrations`. */
const trackingTableSchema = z.string().regex(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/);

const LEFT_OUT = "_schema_migrations";

/** The tracking table in the input of a step; left out it is that of smoltbot. */
export const trackingTableInput = trackingTableSchema.default(LEFT_OUT);

/**
 * The same as a part of an input. Installed stacks have inputs without it, and a schema step whose input changes shows its verification as replaced in a preview,
 * since the engine does not know yet what the step will print.
 */
export const trackingTableField = (trackingTable: string) =>
  trackingTable === LEFT_OUT ? {} : { trackingTable };

/**
 * Script for psql that yields one row of jsonb, `{"migrations": [...]}` with the applied migrations in their order, and
 * no row if the table does not exist. Knows the table of smoltbot's runner (`filename`, `applied_at`) and that of
 * alembic (`version_num`).
 * Source: mnemom/smoltbot v2.1.0 migration runner: filenames are applied in byte order.
 */
export const migrationsSql = (table: string): string => `
RESET search_path;
SELECT pg_catalog.to_regclass(${sqlText(table)}) IS NOT NULL AS tracked \\gset
\\if :tracked
SELECT pg_catalog.jsonb_build_object('migrations', coalesce(pg_catalog.jsonb_agg(
  coalesce(row->>'filename', row->>'version_num')
  ORDER BY row->>'applied_at' COLLATE "C", coalesce(row->>'filename', row->>'version_num') COLLATE "C"), '[]'))
FROM (SELECT pg_catalog.to_jsonb(r) AS row FROM ${table} AS r) AS applied;
\\endif
SET search_path = '';
`;

const rowSchema = z.object({ migrations: z.array(z.string()) });

/** The rows of {@link migrationsSql}; undefined if the table does not exist. */
export const parseMigrations = ([row]: readonly string[]): readonly string[] | undefined =>
  row === undefined ? undefined : rowSchema.parse(JSON.parse(row)).migrations;

/** Applied migrations in their order; none if the tracking table does not exist (S-14). */
export async function readMigrations(
  database: Database,
  trackingTable: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return parseMigrations(await query(database, migrationsSql(trackingTable), { signal })) ?? [];
}

/** The last of some applied migrations; "" if there is none. */
export const headOf = (migrations: readonly string[] | undefined): string =>
  migrations?.at(-1) ?? "";
