import { text } from "node:stream/consumers";
import { StepFailure } from "../upgrade/step-io";
import type { ClientTool, Database } from "./database";

/**
 * Version of a client program where the database is reached: `15.18`.
 *
 * @throws StepFailure if it is not there.
 */
export async function clientVersion(
  database: Database,
  tool: ClientTool,
  signal?: AbortSignal,
): Promise<string> {
  const client = database.start(tool, ["--version"], signal);
  client.stdin.end();
  const [said, end] = await Promise.all([text(client.stdout), client.end]);
  const version = /\d+(\.\d+)*/.exec(said)?.[0];
  if (end.code !== 0 || version === undefined) {
    throw new StepFailure(
      `${tool} does not answer: ${end.words || said.trim() || "no version"}`,
      "install where the backup runs what it names: the client programs of PostgreSQL (postgresql-client), or docker or kubectl for a database in a container",
    );
  }
  return version;
}

/** First number of a version: 15 of `15.18`. */
export const majorOf = (version: string): number => Number.parseInt(version, 10);
