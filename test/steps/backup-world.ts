import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { runBackup } from "../../components/steps/backup";
import type { Saved } from "../../components/dumps/save-database";
import { backupInputSchema } from "../../components/steps/backup-input";
import { checkDump } from "../../components/dumps/check-dump";
import { folderStore } from "../../components/dumps/store/folder-store";
import { startPrivateServer, type PrivateServer } from "../lab/private-server";

/** Runs a program and yields what it printed. */
export const run = promisify(execFile);

/** See {@link backupWorld}. */
export type BackupWorld = ReturnType<typeof backupWorld>;

/** A server with a database of odd values (`odd`), an empty one (`bare`), and a directory of dumps per test. */
export function backupWorld() {
  let server: PrivateServer | undefined;
  /** `dumps` for the backups, `bin` for programs that stand before the real ones. */
  let home = "";
  let said: string[] = [];
  beforeAll(async () => {
    server = await startPrivateServer();
    await server.sql("postgres", "CREATE DATABASE odd; CREATE DATABASE bare;");
    await server.sql("odd", await readFile(join(import.meta.dirname, "odd-data.sql"), "utf8"));
  });
  afterAll(() => server?.remove());
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "gateways-backup-"));
    await mkdir(join(home, "bin"));
    said = [];
  });
  afterEach(() => rm(home, { recursive: true }));

  const dumps = () => join(home, "dumps");
  const environment = (database = "odd") => ({
    PATH: `${join(home, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
    HOME: home,
    DATABASE_URL: server!.url(database),
  });
  const input = (more: object = {}) =>
    backupInputSchema.parse({
      ...{ gateway: "smoltbot", stack: "prod", release: "1.2.0", source: { kind: "url" } },
      ...{ directory: dumps(), keep: 3, trackingTable: "_schema_migrations", ...more },
    });
  const io = (database?: string, signal?: AbortSignal) => ({
    env: environment(database),
    say: (line: string) => said.push(line),
    signal,
  });
  /** Puts a script in the place of a program. */
  const replace = async (program: string, script: string): Promise<void> => {
    await writeFile(join(home, "bin", program), `#!/bin/bash\n${script}\n`);
    await chmod(join(home, "bin", program), 0o755);
  };
  /** Puts a script before a program; `$real` is the program itself, and asking for its version goes there. */
  const fake = async (program: string, script: string): Promise<void> => {
    const real = (await run("which", [program])).stdout.trim();
    const version = `case "$*" in *--version*) exec "$real" "$@" ;; esac`;
    await replace(program, `real=${real}\n${version}\n${script}`);
  };
  return {
    server: () => server!,
    said: () => said,
    dumps,
    environment,
    input,
    io,
    replace,
    fake,
    real: (program: string) => rm(join(home, "bin", program)),
    save: async (more?: object) => (await runBackup(input(more), io())) as Saved,
    /** Reads a dump of that folder whole. */
    check: (path: string) =>
      checkDump(folderStore(dumps()), basename(path), { env: environment() }),
    /** Names in the directory of the dumps. */
    left: async () => (await readdir(dumps()).catch(() => [])).toSorted(),
    scratches: () =>
      server!.sql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'gateways%';"),
    /** Changes the restored copy before it is compared. */
    afterRestore: (sql: string) =>
      fake("pg_restore", `"$real" "$@" && PGDATABASE="\${!#/--dbname=/}" psql -X -q -c "${sql}"`),
    /** A dump that stops after so many bytes until it is let on: `reached` resolves there. */
    gate: async (bytes = 65536) => {
      const [at, open] = [join(home, "reached"), join(home, "open")];
      await run("mkfifo", [open]);
      const hold = `{ head -c ${bytes}; touch ${at}; cat ${open}; cat; }`;
      await fake("pg_dump", `"$real" "$@" | ${hold}; exit "\${PIPESTATUS[0]}"`);
      return {
        reached: () => vi.waitFor(() => stat(at), { timeout: 120_000, interval: 20 }),
        open: () => writeFile(open, ""),
      };
    },
  };
}
