/** Releases on the way up, with the migrations that the database has by then. */
export const RELEASES = [
  ["1.0.0", 2],
  ["1.0.1", 2],
  ["1.1.0", 4],
  ["1.2.0", 5],
] as const;
export const LAST = RELEASES.length - 1;

/** Asks how many migrations were applied, and how many different ones. */
export const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

interface InChapter {
  readonly chapter: string;
}

/** Only the way up saves the database and migrates it. */
export const needsWayUp = ({ chapter }: InChapter): boolean =>
  chapter === "schema" || chapter === "backup";

/** What needs a way up goes first, while there are releases left. */
export const wayUpFirst = <Kill extends InChapter>(
  rows: readonly (readonly [name: string, kill: Kill])[],
) => rows.toSorted(([, one], [, other]) => Number(needsWayUp(other)) - Number(needsWayUp(one)));
