import { gt, lt, valid } from "semver";
import { generation } from "../upgrade/plan/plan";
import type { Manifest } from "./manifest";

/** What a choice among dumps looks at. */
export type DumpToChoose = Pick<
  Manifest,
  "path" | "release" | "takenAt" | "running" | "schemaHead"
>;

/**
 * Chooses the dump from which an older release is restored across a major: the newest that shows the database as it was before the first
 * release of a newer major touched it. Undefined if there is none.
 *
 * Not every dump that was taken "before" such a release is one: a dump before 2.0.1 may show what 2.0.0 has made of the database, and so
 * does the dump that is taken right before going back. So whatever ran then has to be of the wanted major, and the schema has to be one
 * that this major is known to have had: a 2.0.0 that migrated and never came up leaves 1.2.0 running on a schema that is not its own.
 *
 * @param dumps - proven dumps of one gateway and stack, in any order.
 * @param wanted - the release to go back to, a semantic version: `1.2.0`.
 */
export function dumpToGoBackTo<Dump extends DumpToChoose>(
  dumps: readonly Dump[],
  wanted: string,
): Dump | undefined {
  const home = generation(wanted);
  const ordered = dumps
    .filter(({ release }) => valid(release) !== null)
    .toSorted((a, b) => a.takenAt.localeCompare(b.takenAt) || a.path.localeCompare(b.path));
  /** Schemas that the wanted major is known to have had. */
  const schemas = new Set<string>();
  let found: Dump | undefined;
  /** Whether the wanted major's own schema was about to be moved on by another release of it. */
  let movedOn = false;
  /** Whether a newer major was about to be installed by then. */
  let hasLeft = false;
  for (const dump of ordered) {
    const leaves = generation(dump.release) !== home && gt(dump.release, wanted);
    const known = schemas.has(dump.schemaHead);
    const clean: boolean =
      dump.running.length > 0
        ? allOf(home, dump.running) && (known || movedOn || schemas.size === 0)
        : leaves
          ? isFirstOfItsMajor(dump, ordered) && (known || movedOn || !hasLeft)
          : known;
    if (clean) schemas.add(dump.schemaHead);
    if (clean && leaves) found = dump;
    movedOn = clean && !leaves;
    hasLeft ||= leaves;
  }
  return found;
}

const allOf = (home: string, running: readonly string[]): boolean =>
  running.every((release) => valid(release) !== null && generation(release) === home);

/** If nobody knows what ran, only the first dump before the first release of a major surely shows the state before it: of the wanted major, if none was left for before. */
const isFirstOfItsMajor = (dump: DumpToChoose, ordered: readonly DumpToChoose[]): boolean =>
  !ordered.some(
    (other) =>
      generation(other.release) === generation(dump.release) &&
      (lt(other.release, dump.release) ||
        (other.release === dump.release && ordered.indexOf(other) < ordered.indexOf(dump))),
  );
