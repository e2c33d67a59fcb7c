/** What the room for a dump is reckoned from, in bytes. */
export interface DumpSizes {
  /** Size of the database with its indexes. */
  readonly database: number;
  /** Size of the last proven dump of the same gateway and stack; undefined if there is none. */
  readonly lastDump: number | undefined;
}

/**
 * Bytes of room without which no dump is begun: half as much again as the last one, or, if there is none, a quarter of the database.
 * The gate and the step go by it alike; a dump that outgrows it fails safely.
 */
export const roomForDump = ({ database, lastDump }: DumpSizes): number =>
  lastDump === undefined ? database / 4 : lastDump * 1.5;
