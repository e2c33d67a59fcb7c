import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runBackup } from "../../components/steps/backup/backup";
import { openDatabase } from "../../components/steps/database/database";
import { openSession } from "../../components/steps/database/session";
import { backupWorld, run } from "./backup-world";

const root = dirname(dirname(import.meta.dirname));
const {
  afterRestore,
  dumps,
  fake,
  gate,
  input,
  io,
  left,
  real,
  replace,
  save,
  scratches,
  server,
  environment,
} = backupWorld();

describe("a backup that goes wrong leaves no proof and no rest, and says why", () => {
  afterEach(async () => {
    expect(await left()).toEqual([]);
    expect(await scratches()).toBe("");
  });

  test("a dump that is cut off and still exits with 0 (T-13)", async () => {
    await fake("pg_dump", `"$real" "$@" | head -c 65536; exit 0`);
    await expect(save()).rejects.toThrow("the dump could not be restored");
  });

  test("a dump that is empty and exits with 0 (T-13)", async () => {
    await fake("pg_dump", "exit 0");
    await expect(save()).rejects.toThrow("the dump could not be restored");
  });

  test("a dump that fails after its last byte", async () => {
    await fake("pg_dump", `"$real" "$@"; echo "pg_dump: error: no more" >&2; exit 1`);
    await expect(save()).rejects.toThrow("pg_dump did not finish: no more");
  });

  test.each([
    ["the schema alone", `exec "$real" --schema-only "$@"`, /table \S+ has \d+ rows, its copy 0/],
    [
      "all but one table",
      `exec "$real" --exclude-table=child "$@"`,
      "table public.child is missing in the copy",
    ],
    [
      "all but the rows of one table",
      `exec "$real" --exclude-table-data=child "$@"`,
      "table public.child has 1 rows, its copy 0",
    ],
  ])("a dump that holds %s and exits as if it were whole (T-13)", async (_, script, words) => {
    await fake("pg_dump", script);
    await expect(save()).rejects.toThrow(words);
  });

  test("a dump in an encoding that cannot hold its texts (T-13)", async () => {
    await fake("pg_dump", `exec "$real" --encoding=LATIN1 "$@"`);
    await expect(save()).rejects.toThrow(/pg_dump did not finish: Dumping the contents of table "/);
  });

  test("a restored copy that lacks a row", async () => {
    await afterRestore(`DELETE FROM events WHERE body = 'x' AND at = '2025-06-02'`);
    await expect(save()).rejects.toThrow(/table public.events_1 has \d+ rows, its copy \d+/);
  });

  test("a restored copy with one other value", async () => {
    await afterRestore(`UPDATE child SET b = 4`);
    await expect(save()).rejects.toThrow("the rows of table public.child differ in the copy");
  });

  test("a restored copy without an index", async () => {
    await afterRestore(`DROP INDEX events_body_idx`);
    await expect(save()).rejects.toThrow("index public.events_body_idx is missing in the copy");
  });

  test("a disk that keeps less than it was given", async () => {
    await fake(
      "zstd",
      `case "$1" in -1) "$real" "$@" | head -c 9000 ;; *) exec "$real" "$@" ;; esac`,
    );
    await expect(save()).rejects.toThrow("is damaged");
  });

  test("a table that a migration is changing at that moment", { timeout: 60_000 }, async () => {
    const migration = openSession(
      await openDatabase({ kind: "url" }, environment()),
      "a migration in progress",
    );
    await migration.query("BEGIN; LOCK TABLE public.parent IN ACCESS EXCLUSIVE MODE;");
    await expect(save()).rejects.toThrow("canceling statement due to lock timeout");
    await migration.close();
  });

  test("a step that is asked to stop", async () => {
    const { reached, open } = await gate();
    const stop = new AbortController();
    const saving = expect(runBackup(input(), io("odd", stop.signal))).rejects.toThrow(
      "the backup was stopped",
    );
    await reached();
    stop.abort();
    await saving;
    await open();
  });

  test("a pg_dump that is older than the server", async () => {
    await replace("pg_dump", "echo 'pg_dump (PostgreSQL) 12.4'");
    await expect(save()).rejects.toThrow("pg_dump 12.4 and pg_restore 15");
  });

  test("a server that dies in the middle; the next run saves it", async () => {
    const { reached, open } = await gate();
    const saving = expect(save()).rejects.toThrow("Fix: ");
    await reached();
    await server().crash();
    await open();
    await saving;
    expect(await left()).toEqual([]);
    await server().start();
    await real("pg_dump");
    await save();
    await rm(dumps(), { recursive: true });
  });
});

test.skipIf(process.getuid?.() !== 0)("a disk that is full leaves no rest (T-13)", async () => {
  await mkdir(dumps());
  await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dumps()]);
  try {
    await expect(save()).rejects.toThrow("of room, and the dump may need");
    await run("mount", ["-o", "remount,size=6m", dumps()]);
    await server().sql("postgres", "CREATE DATABASE random;");
    await server().sql(
      "random",
      "CREATE TABLE r AS SELECT sha512(i::text::bytea) || sha512((-i)::text::bytea) AS b FROM generate_series(1, 80000) i;",
    );
    await expect(runBackup(input(), io("random"))).rejects.toThrow(
      "the dump could not be written: no space left on device",
    );
    expect(await left()).toEqual([]);
  } finally {
    await run("umount", [dumps()]);
  }
});

test("a run that was killed leaves a rest that the next one removes (law 2)", async () => {
  const { reached, open } = await gate();
  const step = spawn("node", ["components/start/step.mjs", "backup"], {
    cwd: root,
    env: { ...environment(), GATEWAYS_STEP: JSON.stringify(input()) },
    stdio: "ignore",
  });
  await reached();
  step.kill("SIGKILL");
  await open();
  expect((await left()).join()).toMatch(/\.partial-/);
  expect(await scratches()).not.toBe("");
  await vi.waitFor(
    async () => {
      expect(
        await server().sql(
          "odd",
          "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'gateways%';",
        ),
      ).toBe("0");
    },
    { timeout: 10_000 },
  );
  await real("pg_dump");
  await save();
  expect(await left()).toHaveLength(2);
  expect(await scratches()).toBe("");
});
