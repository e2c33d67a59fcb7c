import type { Database } from "../database/database";
import { query } from "../database/query";
import { readMark, type RestoreMark } from "../restore/restore-mark";

/** What the live database says of the restore that has put it in its place; undefined where none has. */
export async function readRestoreMark(database: Database): Promise<RestoreMark | undefined> {
  const [row = '""'] = await query(
    database,
    `SELECT pg_catalog.to_jsonb(coalesce(pg_catalog.shobj_description(oid, 'pg_database'), ''))
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();`,
  );
  return readMark(JSON.parse(row) as string);
}
