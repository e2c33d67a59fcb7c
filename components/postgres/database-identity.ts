import { z } from "zod";
import type { DatabaseIdentity } from "../upgrade/facts";
import { openDatabase } from "./database";
import { query } from "./query";
import { longestLook, within } from "./within";

/** SQL for the identity of the current database, as jsonb. Every role may read both parts. */
export const identitySql = `pg_catalog.jsonb_build_object(
  'oid', (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  'started', pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time())::numeric(20, 6)::text)`;

export const identitySchema = z.object({ oid: z.string(), started: z.string() });

/**
 * Asks which database a connection string leads to, from this machine. Changes nothing.
 *
 * @throws Error of one sentence, without the password, if it cannot be reached from here.
 */
export async function readIdentity(url: string, env: NodeJS.ProcessEnv): Promise<DatabaseIdentity> {
  const database = openDatabase(
    { kind: "url" },
    { ...env, POSTGRES_URL: url, PGCONNECT_TIMEOUT: "5" },
    "POSTGRES_URL",
  );
  const [row = ""] = await within(longestLook, database.words, (signal) =>
    query(database, `SELECT ${identitySql};`, { signal }),
  );
  return identitySchema.parse(JSON.parse(row));
}
