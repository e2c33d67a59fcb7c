import { z } from "zod";
import type { Database } from "./database";
import { query } from "./query";
import { appliedMigrations } from "./tracking";

const rowSchema = z.object({ migrations: z.array(z.string()) });

/** Applied migrations in their order; none where the tracking table does not exist (S-14). */
export async function readMigrations(
  database: Database,
  trackingTable: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const [row] = await query(database, appliedMigrations(trackingTable), { signal });
  return row === undefined ? [] : rowSchema.parse(JSON.parse(row)).migrations;
}
