import { roomForCopy } from "../upgrade/copy-room";
import type { ServerRoom } from "../postgres/server-room";
import { StepFailure } from "../upgrade/step-io";
import { formatBytes } from "./progress";

/** Most connections that a backup holds at once: snapshot, two readers of it, owner and two readers of the copy, and two to spare. */
const neededConnections = 8;

/** The copy that proves the backup, and the server on which it is made. */
export interface Copying {
  /** Size of the database with its indexes, in bytes; its copy is not larger. */
  readonly database: number;
  /** The server for the proof, in words. */
  readonly words: string;
  /** True where it is the server of the live database. */
  readonly isLive: boolean;
  /** Bytes of a database up to which room that nobody can see is taken for enough there. */
  readonly largestUnseen: number;
}

/**
 * Refuses to begin where the scratch copy would fill the server's disk, or could do so unseen, or where the backup would take the last connections:
 * each would harm the gateway itself.
 *
 * @throws StepFailure
 */
export function judgeServerRoom(room: ServerRoom, copying: Copying): void {
  const { database, words, isLive, largestUnseen } = copying;
  const needed = roomForCopy(database, room.wal, { isLive });
  if (room.bytes !== undefined && room.bytes < needed) {
    throw new StepFailure(
      `the server of ${words} has ${formatBytes(room.bytes)} of room, and the copy that proves the backup may need ${formatBytes(needed)}`,
      elsewhere("make room on the server's disk"),
    );
  }
  if (room.bytes === undefined && isLive && database > largestUnseen) {
    throw new StepFailure(
      `nobody can see from here whether the server of ${words} has ${formatBytes(needed)} of room for the copy that proves the backup`,
      elsewhere("see to it yourself and set consents.scratch for this release"),
    );
  }
  if (room.connections < neededConnections) {
    throw new StepFailure(
      `the server of ${words} has ${Math.max(0, room.connections)} connections left, and a backup takes up to ${neededConnections}`,
      "raise max_connections, or see who holds so many connections (pg_stat_activity), then run this again",
    );
  }
}

const elsewhere = (first: string): string =>
  `${first}, or name another server for the proof (backup.scratch, gateways:smoltbotScratchUrl)`;
