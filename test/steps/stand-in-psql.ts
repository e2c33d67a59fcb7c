import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container } from "../../components/upgrade/platform";

/**
 * Answers what a step asks of psql, by what stands in the line: a row from a file for each pattern. It knows no SQL: what PostgreSQL does,
 * the lab shows.
 */
const script = `#!/bin/bash
case "$*" in *--version*) echo "\${0##*/} (PostgreSQL) 15.18"; exit ;; esac
while IFS= read -r line; do
  case "$line" in
    "\\\\echo "*) echo "\${line#*echo }" ;;
    *pg_backend_pid*) echo $$ ;;
    *pg_is_in_recovery*) [ ! -e "$HOME/replica" ] || cat "$HOME/replica" ;;
    *pg_advisory_lock*) echo $$ > "$HOME/lock" ;;
    *"'migrations'"*) cat "$HOME/migrations" ;;
    *pg_control_system*) [ ! -e "$HOME/identifier" ] || cat "$HOME/identifier" ;;
    *shobj_description*pg_database*) [ -e "$HOME/live" ] || cat "$HOME/comment" ;;
    *"FROM pg_database d WHERE datname"*)
      [ ! -e "$HOME/live" ] || cat "$HOME/live"
      [ ! -e "$HOME/later" ] || mv "$HOME/later" "$HOME/live" ;;
  esac
done
`;

/** A database that a stand-in for psql answers for, in a container of its own. */
export async function standInDatabase() {
  const home = await mkdtemp(join(tmpdir(), "gateways-psql-"));
  await mkdir(join(home, "bin"));
  for (const program of ["psql", "pg_dump", "pg_restore"]) {
    await writeFile(join(home, "bin", program), script);
    await chmod(join(home, "bin", program), 0o755);
  }
  const put = (file: string, value: unknown) =>
    writeFile(join(home, file), `${JSON.stringify(value)}\n`);
  const migrations = (...names: readonly string[]) => put("migrations", { migrations: names });
  await migrations();
  await put("comment", "");
  const container: Container = {
    words: "pod a/postgres-0",
    command: ([program = "", ...args]) => ({ file: join(home, "bin", program), args }),
    reachFix: "start it",
  };
  return {
    home,
    container,
    migrations,
    /** The number of its server, which the role may not read before this. */
    identifier: (number: string) => writeFile(join(home, "identifier"), `${number}\n`),
    /** Its server is one that only follows another. */
    isReplica: () => writeFile(join(home, "replica"), "replica\n"),
    /** What the database says of itself. */
    comment: (words: string) => put("comment", words),
    /** What is seen of it from beside it. */
    live: (row: object) => put("live", row),
    /** The same from the second look on. */
    later: (row: object) => put("later", row),
    /** Ends the session that has taken the lock, as pg_terminate_backend does. */
    loseLock: async () => process.kill(Number(await readFile(join(home, "lock"), "utf8"))),
    env: { PATH: process.env["PATH"], HOME: home },
    remove: () => rm(home, { recursive: true }),
  };
}

export type StandInDatabase = Awaited<ReturnType<typeof standInDatabase>>;

/** Such a database as the source of a step. */
export const podSource = {
  kind: "pod",
  namespace: "a",
  pod: "postgres-0",
  database: "shop",
} as const;
