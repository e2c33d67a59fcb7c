import { z } from "zod";
import type { ScratchFacts } from "../upgrade/facts";
import { openDatabase } from "./database";
import { query } from "./query";
import { readServerRoom } from "./server-room";
import { longestLook, within } from "./within";

const schema = z.object({ server: z.string(), mayCreateDatabase: z.boolean() });

const sql = `SELECT pg_catalog.jsonb_build_object(
  'server', pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1),
  'mayCreateDatabase', (SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user));`;

/**
 * Looks at the server on which the restore of a backup would be tried, by SCRATCH_URL. Changes nothing.
 *
 * @throws Error of one sentence, without the password.
 */
export const readScratchFacts = (env: NodeJS.ProcessEnv): Promise<ScratchFacts> =>
  within(longestLook, "the server for the proof", async (signal) => {
    const server = openDatabase({ kind: "url" }, env, "SCRATCH_URL");
    const [[row = ""], { bytes, wal }] = await Promise.all([
      query(server, sql, { signal }),
      readServerRoom(server, signal),
    ]);
    return { ...schema.parse(JSON.parse(row)), free: bytes, wal };
  });
