import { compare, valid } from "semver";
import { generation } from "../upgrade/plan/plan";
import { dumpToGoBackTo, type DumpToChoose } from "./dump-to-go-back-to";

/** Milliseconds for which an upgrade may still stand on its backup. */
const longestUpgrade = 3_600_000;

/** A proven dump of one gateway and stack. */
export type KeptDump = DumpToChoose;

/**
 * Chooses the dumps that may go: all but the newest `keep`, never the one just taken, never the oldest of the unbroken series before the
 * newest release, and never the one from which a way back across a major would restore. When an upgrade fails again and again, only
 * that oldest one surely shows the database as it was before the first try. What was taken within the hour before this one stays too: it may be
 * the backup of somebody else's upgrade that is still under way.
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
  const now = dumps.find(({ path }) => path === taken)?.takenAt ?? byAge[0]?.takenAt ?? "";
  const isFree = ({ takenAt }: KeptDump): boolean =>
    Date.parse(now) - Date.parse(takenAt) >= longestUpgrade;
  return byAge
    .slice(keep)
    .filter((dump) => dump.path !== taken && !needed.includes(dump) && isFree(dump));
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
  const older = [wanted, ...(ran === undefined ? [] : [ran])];
  return [...older.map((one) => dumpToGoBackTo(dumps, one)), firstUntold(dumps, wanted)];
}

/**
 * The first dump of a major, if nobody knows what ran then: it may be the only one from before that major, though no release tells of an older one. Without it a later
 * one would be the first.
 */
function firstUntold(dumps: readonly KeptDump[], wanted: string): KeptDump | undefined {
  const [first] = dumps
    .filter(({ release }) => valid(release) !== null && generation(release) === generation(wanted))
    .toSorted((a, b) => compare(a.release, b.release) || a.takenAt.localeCompare(b.takenAt));
  return first?.running.length === 0 ? first : undefined;
}
