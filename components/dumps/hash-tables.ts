import { z } from "zod";
import type { Session } from "../postgres/session";
import type { TableChecksum } from "./table-checksums";
import type { TableEntry } from "./read-contents";

const printSchema = z.object({ rows: z.int(), hash: z.string() });

/** Name under which all large objects together are compared like a table. */
const largeObjects = "large objects";

/**
 * Hashes the rows of every table, in any order of the rows and of the tables: the sum of the 64-bit hashes of their texts.
 * Each session takes the next largest table when it is free.
 *
 * @param sessions - connections that see the same rows; they are left open.
 */
export async function hashTables(
  sessions: readonly Session[],
  tables: readonly TableEntry[],
): Promise<readonly TableChecksum[]> {
  const waiting = [...tables.map(({ name }) => name), largeObjects];
  const prints: TableChecksum[] = [];
  const work = async (session: Session): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      prints.push({ name, ...(await hashTable(session, name)) });
    }
  };
  await Promise.all(sessions.map(work));
  return prints
    .filter(({ name, rows }) => name !== largeObjects || rows > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function hashTable(session: Session, name: string): Promise<Omit<TableChecksum, "name">> {
  // Of the whole row, not of a column that may bear the same name as the table.
  const [from, row] =
    name === largeObjects
      ? ["pg_largeobject_metadata AS r", "oid::text || ' ' || lo_get(oid)::text"]
      : [`ONLY ${name} AS r`, "(r.*)::text"];
  const [answer] = await session.query(
    `SELECT jsonb_build_object('rows', count(*), 'hash', coalesce(sum(hashtextextended(${row}, 0)), 0)::text) FROM ${from};`,
  );
  return printSchema.parse(JSON.parse(answer ?? ""));
}
