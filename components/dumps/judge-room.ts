import { roomForCopy } from "../upgrade/copy-room";
import { roomForDump, type DumpSizes } from "../upgrade/dump-room";
import type { ServerRoom } from "../postgres/server-room";
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

/** Most connections that a backup holds at once: snapshot, two readers of it, owner and two readers of the copy, and two to spare. */
const neededConnections = 8;

/** The copy that proves the backup, and the server on which it is made. */
export interface Copying {
  /** Size of the database with its indexes, in bytes; its copy is not larger. */
  readonly database: number;
  /** The server for the proof, in words. */
  readonly words: string;
  /** True if it is the server of the live database. */
  readonly isLive: boolean;
  /** Bytes of a database up to which room that nobody can see is taken for enough there. */
  readonly largestUnseen: number;
}

/**
 * Refuses to begin if the scratch copy would fill the server's disk, or could do so unseen, or if the backup would take the last
 * connections: each would harm the gateway itself.
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
  `${first}, or name another server for the proof (backup.scratch, gateways:<product>ScratchUrl)`;

/**
 * Refuses a restore for which the disk of the server is known to have no room. If that is not known, a server that runs full ends the
 * restore, and nothing is changed. Returns in words what was found.
 *
 * @param needed - bytes: of the archive, or of the live database if that is larger.
 * @throws StepFailure
 */
export function judgeRoomBeside({ bytes }: Pick<ServerRoom, "bytes">, needed: number): string {
  if (bytes === undefined)
    return `the room on the server is not known; about ${formatBytes(needed)} are needed`;
  if (bytes >= needed)
    return `the server has ${formatBytes(bytes)} of room, about ${formatBytes(needed)} are needed`;
  throw new StepFailure(
    `the server has ${formatBytes(bytes)} of room, and the restored database needs about ${formatBytes(needed)} beside the live one`,
    "make room on the disk of the database server, then run this again",
  );
}
