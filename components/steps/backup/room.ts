import { StepFailure } from "../step";
import { inWords } from "./progress";

/** What is known about the room that a dump needs, in bytes. */
export interface Room {
  readonly directory: string;
  readonly free: number;
  /** Size of the database with its indexes. */
  readonly database: number;
  /** Size of the last proven dump of the same gateway and stack; undefined where there is none. */
  readonly lastDump: number | undefined;
}

/**
 * Refuses to begin a dump that will hardly fit: half as much again as the last one, or, where there is none, a quarter of the
 * database. A dump that outgrows this still fails safely.
 *
 * @throws StepFailure
 */
export function judgeRoom({ directory, free, database, lastDump }: Room): void {
  const needed = lastDump === undefined ? database / 4 : lastDump * 1.5;
  if (free >= needed) return;
  throw new StepFailure(
    `${directory} has ${inWords(free)} of room, and the dump may need ${inWords(needed)}`,
    "make room there, or choose another backup directory",
  );
}
