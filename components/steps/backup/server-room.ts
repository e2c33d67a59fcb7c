import type { ServerRoom } from "../database/server-room";
import { StepFailure } from "../step";
import { inWords } from "./progress";

/** Most connections that a backup holds at once: snapshot, two readers of it, owner and two readers of the copy, and two to spare. */
const neededConnections = 8;

/**
 * Refuses to begin where the scratch copy would fill the server's disk, or where the backup would take the last connections: both would
 * harm the gateway itself.
 *
 * @param needed size of the database with its indexes; its copy is not larger.
 * @throws StepFailure
 */
export function judgeServerRoom(room: ServerRoom, needed: number, words: string): void {
  if (room.bytes !== undefined && room.bytes < needed) {
    throw new StepFailure(
      `the server of ${words} has ${inWords(room.bytes)} of room, and the copy that proves the backup may need ${inWords(needed)}`,
      "make room on the server's disk, or name another server for the proof (scratch, SCRATCH_URL)",
    );
  }
  if (room.connections < neededConnections) {
    throw new StepFailure(
      `the server of ${words} has ${Math.max(0, room.connections)} connections left, and a backup takes up to ${neededConnections}`,
      "raise max_connections, or see who holds so many connections (pg_stat_activity), then run this again",
    );
  }
}
