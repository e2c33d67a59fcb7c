import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { ClientTool } from "./database";

/** Where Debian keeps the programs of each major version. Source: postgresql-common, pg_wrapper(1). */
const VERSIONS = "/usr/lib/postgresql";

/**
 * What to start for a client program of this machine: its name, or on Debian the program of the newest version itself. There `psql` is a Perl script that looks
 * for local clusters and then starts just that, which takes five times as long.
 *
 * @param path - folders to look in: `PATH`
 */
export function clientProgram(tool: ClientTool, path: string, versions = VERSIONS): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, tool))
    .find((file) => existsSync(file));
  if (found === undefined || !realpathSync(found).endsWith("/pg_wrapper")) return tool;
  const programs = (existsSync(versions) ? readdirSync(versions) : [])
    .toSorted((one, other) => Number(other) - Number(one))
    .map((version) => join(versions, version, "bin", tool));
  return programs.find((program) => existsSync(program)) ?? tool;
}
