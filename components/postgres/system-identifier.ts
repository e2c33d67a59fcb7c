import type { Database } from "./database";
import { query } from "./query";

/**
 * The number that a server was given when it was made, as text; undefined if the role may not read it. Copies of a server's files
 * share it: a replica that was promoted counts the same transactions on.
 */
export async function readSystemIdentifier(database: Database): Promise<string | undefined> {
  const script = "SELECT system_identifier FROM pg_catalog.pg_control_system();";
  const [identifier] = await query(database, script).catch(() => []);
  return identifier;
}
