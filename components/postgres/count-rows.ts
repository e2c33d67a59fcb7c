import { z } from "zod";
import type { Risk } from "../upgrade/plan/restore-need";
import { countInTime, sumUp } from "./count-in-time";
import type { Database } from "./database";
import type { Session } from "./session";
import { sqlName, sqlText } from "./sql-text";

const placeSchema = z.object({
  /** As it was asked for: `edges`, `session_recordings.recording_type`. */
  name: z.string(),
  /** Qualified and quoted; null if there is none. */
  table: z.string().nullable(),
  /** Null if the whole table is meant. */
  column: z.string().nullable(),
  hasColumn: z.boolean(),
  /** Columns of the primary key, in their order. */
  key: z.array(z.string()),
});

/** A table, or one of its columns. */
export interface RowsPlace {
  readonly name: string;
  /** Query for its rows, of a column only those that hold a value, each as one jsonb. */
  readonly rows: string;
}

/**
 * Finds tables, and columns as `table.column`, where the role's own search path leads to them.
 *
 * @throws Error that names what is not there
 */
export async function findRows(
  session: Session,
  names: readonly string[],
): Promise<readonly RowsPlace[]> {
  if (names.length === 0) return [];
  const found = (await session.query(placesSql(names))).map((row) =>
    placeSchema.parse(JSON.parse(row)),
  );
  const missing = names.filter(
    (name) =>
      !found.some(
        (one) => one.name === name && one.table !== null && (one.column === null || one.hasColumn),
      ),
  );
  if (missing.length > 0) throw new Error(`there is no ${missing.join(", ")} in the database`);
  return found.map(({ name, table, column, key }) => ({
    name,
    rows: rowsOf(table ?? "", column ?? undefined, key),
  }));
}

/** Of a column its value goes along with the key of its row, or with the whole row if that has none. */
function rowsOf(table: string, column: string | undefined, key: readonly string[]): string {
  if (column === undefined) return `SELECT to_jsonb(r) FROM ${table} AS r`;
  const kept = key.length === 0 ? "*" : [...new Set([...key, column])].map(sqlName).join(", ");
  const some = `SELECT ${kept} FROM ${table} WHERE ${sqlName(column)} IS NOT NULL`;
  return `SELECT to_jsonb(r) FROM (${some}) AS r`;
}

const placesSql = (names: readonly string[]): string => `
RESET search_path;
SELECT jsonb_build_object('name', name, 'column', nullif(split_part(name, '.', 2), ''),
  'table', (SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = relation),
  'hasColumn', EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = split_part(name, '.', 2) AND NOT attisdropped),
  'key', (SELECT coalesce(jsonb_agg(attname ORDER BY array_position(indkey::int2[], attnum)), '[]')
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = relation AND indisprimary))
FROM (SELECT name, to_regclass(split_part(name, '.', 1)) AS relation FROM unnest(ARRAY[${names.map(sqlText).join(", ")}]) AS name) AS asked;
SET search_path = '';`;

/**
 * Counts the rows of tables, and of columns those that hold a value. Reads each once, changes nothing, and gives up in time. Never throws: if it cannot count, it
 * says why.
 *
 * @param seconds - longest time that the server may count
 */
export async function countRows(
  database: Database,
  names: readonly string[],
  seconds: number,
): Promise<Risk> {
  if (names.length === 0) return { countable: true, total: 0, tables: [] };
  const options = { label: "gateways count rows", seconds };
  return countInTime(database, options, async (session) =>
    count(session, await findRows(session, names)),
  );
}

async function count(session: Session, places: readonly RowsPlace[]): Promise<Risk> {
  const counts = places.map(
    ({ name, rows }) =>
      `SELECT jsonb_build_object('name', ${sqlText(name)}, 'rows', (SELECT count(*) FROM (${rows}) AS counted))`,
  );
  return sumUp(await session.query(`${counts.join("\nUNION ALL ")};`));
}
