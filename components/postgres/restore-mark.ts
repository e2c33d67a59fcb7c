import { z } from "zod";
import type { Database } from "./database";
import { headOf } from "./migrations";
import { query } from "./query";

const markSchema = z.strictObject({
  /** File name of the dump that the database was restored from. */
  dump: z.string(),
  sha256: z.string(),
  /** Rows of all tables. */
  rows: z.int(),
  /** Name of the database that was live before. */
  kept: z.string(),
  /** Last migration of the database that was live before; "" if the dump has it too. */
  undone: z.string(),
});

/** What a restored database says about itself, in its comment: it keeps that whatever its name is. */
export type RestoreMark = z.infer<typeof markSchema>;

const opening = "restored by gateways: ";

/** The comment with the mark in its last line; marks of earlier restores are left out. */
export const withMark = (comment: string, mark: RestoreMark): string =>
  [...ownLines(comment), `${opening}${JSON.stringify(mark)}`].join("\n");

/** The mark in a comment; undefined if there is none. */
export function readMark(comment: string): RestoreMark | undefined {
  const line = comment.split("\n").find((one) => one.startsWith(opening));
  if (line === undefined) return undefined;
  try {
    return markSchema.safeParse(JSON.parse(line.slice(opening.length))).data;
  } catch {
    return undefined;
  }
}

/** What the live database says of the restore that has put it in its place; undefined if none has. */
export async function readRestoreMark(
  database: Database,
  signal?: AbortSignal,
): Promise<RestoreMark | undefined> {
  const [row = '""'] = await query(
    database,
    `SELECT pg_catalog.to_jsonb(coalesce(pg_catalog.shobj_description(oid, 'pg_database'), ''))
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();`,
    { signal },
  );
  return readMark(JSON.parse(row) as string);
}

/** What somebody else has written. */
const ownLines = (comment: string): readonly string[] =>
  comment.split("\n").filter((line) => line !== "" && !line.startsWith(opening));

/**
 * Whether the live database is what a restore of this dump has made it. It is no longer, once the migrations that the restore has undone
 * were applied again: then the same dump may be restored again.
 *
 * @param applied - migrations of the live database.
 */
export function isRestored(
  mark: RestoreMark | undefined,
  { dump, sha256, schemaHead }: { dump: string; sha256: string; schemaHead: string },
  applied: readonly string[],
): boolean {
  if (mark?.dump !== dump || mark.sha256 !== sha256) return false;
  return mark.undone === "" ? headOf(applied) === schemaHead : hasUndone(mark, applied);
}

/** Whether a restore has taken migrations away that nobody has applied again: what a Job has done before it counts no longer. */
export const hasUndone = (mark: RestoreMark | undefined, applied: readonly string[]): boolean =>
  mark !== undefined && mark.undone !== "" && !applied.includes(mark.undone);

/** Name of the database whose migrations a restore has taken away and nobody has applied again; undefined if there is none. */
export const undoneBy = (
  mark: RestoreMark | undefined,
  applied: readonly string[],
): string | undefined => (hasUndone(mark, applied) ? mark?.kept : undefined);

/** File name of the dump that a restore has made the database of; undefined once the migrations that it has undone were applied again. */
export const restoredFrom = (
  mark: RestoreMark | undefined,
  applied: readonly string[],
): string | undefined => (mark?.undone === "" || hasUndone(mark, applied) ? mark?.dump : undefined);
