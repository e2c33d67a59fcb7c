import type { Database } from "../../postgres/database";
import { readMigrations } from "../../postgres/migrations";
import { StepFailure } from "../../upgrade/step-io";
import type { Descent } from "../schema-input";

/**
 * The revision at which the database is, by a tracking table that holds the last one alone; "" if it names none.
 *
 * @throws StepFailure if it names more than one: such a schema has no place in a line of revisions
 */
export async function readRevision(
  database: Database,
  trackingTable: string,
  signal?: AbortSignal,
): Promise<string> {
  const found = await readMigrations(database, trackingTable, signal);
  if (found.length <= 1) return found[0] ?? "";
  throw new StepFailure(
    `${trackingTable} of ${database.words} names ${found.join(" and ")}, where one revision is expected`,
    "bring the schema to one of them by hand, then run this again",
  );
}

/** A database that Alembic has emptied lists no revision. */
export const nameOf = (revision: string): string => (revision === "" ? "no revision" : revision);

/** What goes where a schema goes down to `revision`, newest first. */
export const revisionsBetween = (
  { revisions, revision }: Pick<Descent, "revisions" | "revision">,
  before: string,
): readonly string[] =>
  revisions.slice(revisions.indexOf(revision) + 1, revisions.indexOf(before) + 1).toReversed();

/** The schema of a release, as a step meets it. */
export interface OwnSchema {
  /** The wanted release. */
  readonly release: string;
  /** Its revisions, oldest first. */
  readonly revisions: readonly string[];
}

/** True if the schema is that of the release already. @throws StepFailure if it is one that the release does not know */
export function isOwn(head: string, { release, revisions }: OwnSchema): boolean {
  if (head === "" || revisions.includes(head)) return head === revisions.at(-1);
  throw new StepFailure(
    `the schema is at ${head}, which ${release} does not know`,
    `if a newer release has brought it, let it go down by consents.downgrade, which the preview words; else go on to a release that knows it`,
  );
}

/**
 * Proves that a migration has brought the schema of the release: what its Job says of itself is no proof (T-30).
 *
 * @param words - of the database
 * @throws StepFailure
 */
export function judgeRevision(
  head: string,
  { release, revisions }: OwnSchema,
  words: string,
): void {
  const wanted = revisions.at(-1) ?? "";
  if (head === wanted) return;
  throw new StepFailure(
    `the migration has completed, and ${words} is at ${nameOf(head)} instead of ${wanted}, the last one of ${release}`,
    "see that the Job and this program reach one database, and that the image is the one of the release",
  );
}
