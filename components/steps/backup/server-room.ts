import { z } from "zod";
import type { Database } from "../database/database";
import { query } from "../database/query";
import { StepFailure } from "../step";
import { inWords } from "./progress";

/** What the server on which the restore is tried has to spare. */
export interface ServerRoom {
  /** Connections that an ordinary role may still open. */
  readonly connections: number;
  /** Free bytes of the disk that its data lie on; undefined where that cannot be seen. */
  readonly bytes: number | undefined;
}

/** Most connections that a backup holds at once: snapshot, two readers of it, owner and two readers of the copy, and two to spare. */
const neededConnections = 8;

const lookSchema = z.object({ pid: z.int(), connections: z.int() });

/**
 * SQL knows of no free bytes, so the disk is asked where the client programs run. That tells something only where the server runs there
 * as well: where its process for this very session can be seen, whose folder is that of the data.
 */
const roomScript = `
SELECT pg_catalog.pg_backend_pid() AS pid \\gset
SELECT pg_catalog.jsonb_build_object('pid', :pid, 'connections',
  pg_catalog.current_setting('max_connections')::int - pg_catalog.current_setting('superuser_reserved_connections')::int
  - (SELECT pg_catalog.sum(numbackends) FROM pg_catalog.pg_stat_database));
\\setenv GATEWAYS_PID :pid
\\! [ "$(cat /proc/$GATEWAYS_PID/comm 2>/dev/null)" = postgres ] && df -P -k /proc/$GATEWAYS_PID/cwd/ 2>/dev/null
`;

/**
 * Looks at what the server has to spare; changes nothing.
 *
 * @throws Error with the server's first complaint.
 */
export async function readServerRoom(server: Database): Promise<ServerRoom> {
  const [look = "", ...disk] = await query(server, roomScript);
  const { connections } = lookSchema.parse(JSON.parse(look));
  return { connections, bytes: freeBytes(disk) };
}

/** The free bytes that `df -P -k` tells; undefined where it tells nothing. */
export function freeBytes(lines: readonly string[]): number | undefined {
  const kilobytes = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(lines[1] ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

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
