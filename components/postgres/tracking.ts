import { z } from "zod";
import { sqlText } from "./sql-text";

/** Name of a tracking table, with or without its schema: `_schema_migrations`, `audit._schema_migrations`. */
export const trackingTablePattern = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

/**
 * Script for psql that yields one row of jsonb, `{"migrations": [...]}` with the applied migrations in their order, and
 * no row where the table does not exist. Knows the table of smoltbot's runner (`filename`, `applied_at`) and that of
 * alembic (`version_num`).
 * Source: mnemom/smoltbot v2.1.0 migration runner: filenames are applied in byte order.
 */
export const appliedMigrations = (table: string): string => `
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

const migrationsSchema = z.object({ migrations: z.array(z.string()) });

/** The rows of {@link appliedMigrations}; undefined where the table does not exist. */
export const readMigrations = ([row]: readonly string[]): readonly string[] | undefined =>
  row === undefined ? undefined : migrationsSchema.parse(JSON.parse(row)).migrations;
