import { roomForDump, type DumpSizes } from "../upgrade/dump-room";
import { StepFailure } from "../upgrade/step-io";
import { formatBytes } from "./progress";

/** What is known about the room that a dump needs, in bytes. */
export interface Room extends DumpSizes {
  /** For messages: where the dump is written. */
  readonly place: string;
  readonly free: number;
}

/**
 * Refuses to begin a dump that will hardly fit.
 *
 * @throws StepFailure
 */
export function judgeRoom({ place, free, ...sizes }: Room): void {
  const needed = roomForDump(sizes);
  if (free >= needed) return;
  throw new StepFailure(
    `${place} has ${formatBytes(free)} of room, and the dump may need ${formatBytes(needed)}`,
    "make room there, or choose another backup directory",
  );
}
