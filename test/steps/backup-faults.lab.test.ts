import { spawn } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runBackup } from "../../components/steps/backup";
import { openDatabase } from "../../components/postgres/database";
import { openSession } from "../../components/postgres/session";
import { rowsOf } from "../matrix/matrix";
import { backupWorld, run } from "./backup-world";
import faultyBackups from "./faulty-backups.matrix";

const root = dirname(dirname(import.meta.dirname));
const world = backupWorld();
const { dumps, gate, input, io, left, real, save, scratches, server, environment } = world;

describe("a backup that goes wrong leaves no proof and no rest, and says why", () => {
  afterEach(async () => {
    expect(await left()).toEqual([]);
    expect(await scratches()).toBe("");
  });

  test.each(rowsOf(faultyBackups))("%s (T-13)", async (_, [words, plant]) => {
    await plant(world);
    await expect(save()).rejects.toThrow(words);
  });

  test("a table that a migration is changing at that moment", { timeout: 60_000 }, async () => {
    const migration = openSession(
      openDatabase({ kind: "url" }, environment()),
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
    { timeout: 60_000 },
  );
  await real("pg_dump");
  await save();
  expect(await left()).toHaveLength(2);
  expect(await scratches()).toBe("");
});
