import { z } from "zod";
import type { Session } from "../postgres/session";
import type { SequenceState } from "./table-checksums";

/** A table that holds rows of its own. */
export interface TableEntry {
  /** Qualified and quoted, ready for SQL. */
  readonly name: string;
  /** Size with its large values, without indexes. */
  readonly bytes: number;
}

/** What is in a database, without its rows. */
export interface Contents {
  readonly tables: readonly TableEntry[];
  readonly objects: readonly string[];
}

const tableSchema = z.object({ name: z.string(), bytes: z.number() });
const sequenceSchema = z.object({
  name: z.string(),
  last: z.string().nullable(),
  increment: z.string(),
  cycle: z.boolean(),
});

const userSchema = "nspname !~ '^pg_' AND nspname <> 'information_schema'";

/** What belongs to an extension comes back with the extension, not with the dump. */
const member = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend WHERE deptype = 'e' AND classid = '${catalog}'::regclass AND objid = ${oid})`;

const tablesSql = `
SELECT jsonb_build_object('name', format('%I.%I', nspname, relname), 'bytes', pg_table_size(c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND ${userSchema} AND NOT ${member("pg_class", "c.oid")};`;

/**
 * Names only: the server words a definition anew when it reads it back, so equal things may read differently. Invalid
 * indexes are not dumped; not-null constraints have names only since version 18.
 */
const objectsSql = `
SELECT to_jsonb(object) FROM (
  SELECT format('%s %I.%I', CASE relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'partitioned index' WHEN 'v' THEN 'view'
    WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
    ELSE 'type' END, nspname, relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE relkind NOT IN ('r', 't') AND relpersistence <> 't' AND coalesce(indisvalid, true) AND ${userSchema}
    AND NOT ${member("pg_class", "c.oid")} AND NOT ${member("pg_class", "coalesce(i.indrelid, 0)")}
  UNION ALL
  SELECT format('constraint %I on %s', conname, CASE conrelid WHEN 0 THEN contypid::regtype::text ELSE conrelid::regclass::text END)
  FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace
  WHERE contype <> 'n' AND ${userSchema} AND NOT ${member("pg_class", "conrelid")} AND NOT ${member("pg_type", "contypid")}
  UNION ALL
  SELECT format('function %s', p.oid::regprocedure)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${userSchema} AND NOT ${member("pg_proc", "p.oid")}
  UNION ALL
  SELECT format('trigger %I on %s', tgname, tgrelid::regclass)
  FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE NOT tgisinternal AND ${userSchema} AND NOT ${member("pg_class", "c.oid")}
  UNION ALL
  SELECT format('policy %I on %s', polname, polrelid::regclass)
  FROM pg_policy WHERE NOT ${member("pg_class", "polrelid")}
  UNION ALL
  SELECT format('type %s', t.oid::regtype)
  FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
  WHERE typtype IN ('d', 'e', 'r') AND ${userSchema} AND NOT ${member("pg_type", "t.oid")}
  UNION ALL
  SELECT format('extension %I', extname) FROM pg_extension
) AS found (object) ORDER BY object COLLATE "C";`;

const sequencesSql = `
SELECT jsonb_build_object('name', format('%I.%I', schemaname, sequencename), 'last', last_value::text,
  'increment', increment_by::text, 'cycle', cycle)
FROM pg_sequences s JOIN pg_namespace n ON nspname = schemaname
WHERE NOT ${member("pg_class", "format('%I.%I', schemaname, sequencename)::regclass")};`;

/** Lists the tables, the largest first, and everything else that a restore must bring back. */
export async function readContents(session: Session): Promise<Contents> {
  const tables = await session.query(tablesSql);
  const objects = await session.query(objectsSql);
  return {
    tables: tables
      .map((row) => tableSchema.parse(JSON.parse(row)))
      .toSorted((a, b) => b.bytes - a.bytes),
    objects: objects.map((row) => z.string().parse(JSON.parse(row))),
  };
}

/** Reads where every sequence stands now, whatever the session's snapshot is. */
export async function readSequences(session: Session): Promise<readonly SequenceState[]> {
  const rows = await session.query(sequencesSql);
  return rows
    .map((row) => sequenceSchema.parse(JSON.parse(row)))
    .map(({ last, ...sequence }) => ({ ...sequence, last: last ?? undefined }));
}
