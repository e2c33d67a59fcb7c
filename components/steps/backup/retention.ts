import { compare, valid } from "semver";
import { generation } from "../../upgrade/plan";
import { dumpToGoBackTo, type DumpToChoose } from "../restore/dump-to-go-back-to";

/** A proven dump of one gateway and stack. */
export type KeptDump = DumpToChoose;

/**
 * Chooses the dumps that may go: all but the newest `keep`, never the one just taken, never the oldest of the unbroken series before the
 * newest release, and never the one from which a way back across a major would restore. When an upgrade fails again and again, only
 * that oldest one surely shows the database as it was before the first try.
 */
export function expiredDumps(
  dumps: readonly KeptDump[],
  keep: number,
  taken: string,
): readonly KeptDump[] {
  const byAge = dumps.toSorted(
    (a, b) => b.takenAt.localeCompare(a.takenAt) || b.path.localeCompare(a.path),
  );
  const release = byAge[0]?.release;
  const before = byAge.findIndex((dump) => dump.release !== release);
  const needed = [byAge.at(before === -1 ? -1 : before - 1), ...waysBack(dumps, taken)];
  return byAge.slice(keep).filter((dump) => dump.path !== taken && !needed.includes(dump));
}

/** The dumps that are restored when this run goes back across a major, or when the one after it does. */
function waysBack(dumps: readonly KeptDump[], taken: string): readonly (KeptDump | undefined)[] {
  const wanted = valid(dumps.find(({ path }) => path === taken)?.release);
  if (wanted === null) return [];
  const ran = dumps
    .flatMap(({ running }) => running)
    .filter((release) => valid(release) !== null && generation(release) !== generation(wanted))
    .filter((release) => compare(release, wanted) < 0)
    .toSorted(compare)
    .at(-1);
  return [wanted, ...(ran === undefined ? [] : [ran])].map((one) => dumpToGoBackTo(dumps, one));
}
