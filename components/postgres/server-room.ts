import { z } from "zod";
import type { WalKeeping } from "../upgrade/copy-room";
import type { Database } from "./database";
import { query } from "./query";
import type { Session } from "./session";

/** What a database server has to spare. */
export interface ServerRoom {
  /** Connections that an ordinary role may still open. */
  readonly connections: number;
  /** Free bytes of the disk that its data lie on; undefined if that cannot be seen. */
  readonly bytes: number | undefined;
  readonly wal: WalKeeping;
}

const lookSchema = z.object({
  pid: z.int(),
  connections: z.int(),
  wal: z.object({ limit: z.number(), isHeld: z.boolean() }),
});

/**
 * SQL knows of no free bytes, so the disk is asked where the client programs run. That tells something only if the server runs there
 * as well: where its process for this very session can be seen, whose folder is that of the data.
 */
const roomScript = `
SELECT pg_catalog.pg_backend_pid() AS pid \\gset
SELECT pg_catalog.jsonb_build_object('pid', :pid, 'connections',
  pg_catalog.current_setting('max_connections')::int - pg_catalog.current_setting('superuser_reserved_connections')::int
  - (SELECT pg_catalog.sum(numbackends) FROM pg_catalog.pg_stat_database),
  'wal', pg_catalog.jsonb_build_object('limit', pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_wal_size')),
    'isHeld', pg_catalog.current_setting('archive_mode') <> 'off' OR EXISTS (SELECT FROM pg_catalog.pg_replication_slots)));
\\setenv GATEWAYS_PID :pid
\\! [ "$(cat /proc/$GATEWAYS_PID/comm 2>/dev/null)" = postgres ] && df -P -k /proc/$GATEWAYS_PID/cwd/ 2>/dev/null
`;

/**
 * Looks at what the server has to spare; changes nothing.
 *
 * @throws Error with the server's first complaint.
 */
export const readServerRoom = (server: Database, signal?: AbortSignal): Promise<ServerRoom> =>
  serverRoomBy((script) => query(server, script, { signal }));

/** The same by a session that is open. @param ask - runs a script for psql in it */
export async function serverRoomBy(ask: Session["query"]): Promise<ServerRoom> {
  const [look = "", ...disk] = await ask(roomScript);
  const { connections, wal } = lookSchema.parse(JSON.parse(look));
  return { connections, wal, bytes: freeBytes(disk) };
}

/** The free bytes that `df -P -k` tells; undefined if it tells nothing. */
export function freeBytes(lines: readonly string[]): number | undefined {
  const kilobytes = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(lines[1] ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
