import { formatBytes } from "../../dumps/progress";
import type { ServerRoom } from "../../postgres/server-room";
import { StepFailure } from "../../upgrade/step-io";

/**
 * Refuses a restore for which the disk of the server has no room, where that can be known. Elsewhere a server that runs full ends the
 * restore, and nothing is changed. Returns in words what was found.
 *
 * @param needed bytes: of the archive, or of the live database where that is more.
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
