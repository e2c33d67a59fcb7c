import { text } from "node:stream/consumers";
import type { Database } from "./database";
import { psqlArguments, sessionSettings } from "./session-settings";

/**
 * Runs a script in a session of its own and returns its rows, each as its line of text. Rows of one column of jsonb are
 * safe: their text holds no line break.
 *
 * @param script - statements, each with its semicolon; psql's own commands (`\if`) are understood. Read from the input,
 * so it never stands on a command line.
 * @throws Error with the server's first complaint, and the database that it is about.
 */
export async function query(
  database: Database,
  script: string,
  { settings = sessionSettings, signal }: QueryOptions = {},
): Promise<readonly string[]> {
  const client = database.start("psql", psqlArguments, signal);
  client.stdin.end(`${settings}${script}\n`);
  // Its output may be torn down with it: how it ended says more.
  const said = text(client.stdout).catch((error: unknown) => error as Error);
  const [output, end] = await Promise.all([said, client.end]);
  if (end.code !== 0) throw new Error(`${database.words}: ${end.words || "psql failed"}`);
  if (output instanceof Error) throw output;
  return output.split("\n").filter((line) => line !== "");
}

export interface QueryOptions {
  /** Statements before the script. Default: {@link sessionSettings}. */
  readonly settings?: string;
  readonly signal?: AbortSignal | undefined;
}
