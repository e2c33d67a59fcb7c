/** A proven dump of one gateway and stack. */
export interface KeptDump {
  readonly path: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** The release before whose installation it was taken. */
  readonly release: string;
}

/**
 * Chooses the dumps that may go: all but the newest `keep`, never the one just taken, and never the oldest of the
 * unbroken series before the newest release. When an upgrade fails again and again, only that oldest one surely shows the
 * database as it was before the first try.
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
  const first = byAge.at(before === -1 ? -1 : before - 1);
  return byAge.slice(keep).filter((dump) => dump.path !== taken && dump !== first);
}
