import type { Manifest } from "../../dumps/manifest";

/** The live database, which is about to be migrated. */
export interface LiveState {
  readonly database: string;
  /** Undefined if the role may not read it: no dump is known to be of this server then. */
  readonly systemIdentifier: string | undefined;
  /** Last applied migration, or "". */
  readonly schemaHead: string;
  /** The dump from which the database was restored, and when, if nothing that could write to it runs now; else undefined. */
  readonly restored: { readonly sha256: string; readonly at: number } | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxAgeMinutes: number;
}

type Dump = Pick<
  Manifest,
  "path" | "takenAt" | "schemaHead" | "systemIdentifier" | "source" | "sha256"
>;

/**
 * The newest of the proven dumps that shows this very database as it is now, or nearly so. A dump of a time to come counts for none: a clock
 * is wrong then, and nobody knows its age. Whether its file is whole is for the reader of the file to say.
 */
export const dumpOfNow = <Found extends Dump>(
  dumps: readonly Found[],
  live: LiveState,
): Found | undefined =>
  dumps
    .filter((dump) => isOfDatabase(dump, live) && isYoung(dump, live))
    .toSorted((one, other) => other.takenAt.localeCompare(one.takenAt))[0];

const isOfDatabase = ({ source, systemIdentifier, schemaHead }: Dump, live: LiveState): boolean =>
  source.database === live.database &&
  systemIdentifier !== undefined &&
  systemIdentifier === live.systemIdentifier &&
  schemaHead === live.schemaHead;

/** A dump that was restored shows the database as it was at that moment. That nothing runs now does not tell that nothing has run since. */
function isYoung({ takenAt, sha256 }: Dump, live: LiveState): boolean {
  const { restored, now, maxAgeMinutes } = live;
  const shown = restored?.sha256 === sha256 ? restored.at : Date.parse(takenAt);
  const minutes = (now - shown) / 60_000;
  return minutes >= 0 && minutes <= maxAgeMinutes;
}
