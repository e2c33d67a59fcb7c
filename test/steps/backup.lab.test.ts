import { mkdir, readFile, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runBackup } from "../../components/steps/backup";
import { manifestPath, manifestSchema, type Manifest } from "../../components/dumps/manifest";
import { withApi } from "../kubernetes/stand-in-api";
import { readServerRoom } from "../../components/postgres/server-room";
import { openDatabase } from "../../components/postgres/database";
import { backupWorld, run } from "./backup-world";
import { password } from "../lab/private-server";

const { check, dumps, environment, gate, input, io, left, replace, save, scratches, server, said } =
  backupWorld();

describe("a database full of odd values", () => {
  test("is saved, restored, found equal and sealed, for its owner alone (S-02, T-13, T-14)", async () => {
    const saved = await save();
    expect(saved).toMatchObject({ rows: 16370, tables: 10, schemaHead: "002_more's.sql" });
    expect(await left()).toEqual(
      [saved.path, manifestPath(saved.path)].map((path) => path.slice(dumps().length + 1)),
    );
    expect((await stat(saved.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dumps())).mode & 0o777).toBe(0o700);
    expect(await check(saved.path)).toMatchObject({
      ...saved,
      tables: { length: 10 },
      seconds: {},
    });
    expect(await scratches()).toBe("");
  });

  test("is saved through the pod that it runs in (S-04)", async () => {
    const { port } = new URL(server().url("odd"));
    await replace(
      "kubectl",
      `case "$*" in *"get pods "*) echo -n postgres-0; exit ;; *"exec"*" -n smoltbot postgres-0 -- "*) ;; *) exit 9 ;; esac
while [ "$1" != -- ]; do shift; done; shift
export PGHOST=127.0.0.1 PGPORT=${port} PGPASSWORD='${password.replaceAll("'", `'\\''`)}'
exec "$@"`,
    );
    const source = {
      kind: "pod",
      namespace: "smoltbot",
      selector: "app=postgres",
      database: "odd",
      user: "admin",
    };
    expect(await save({ source })).toMatchObject({ rows: 16370 });
  });

  test("is saved as of one moment while the gateway goes on writing", async () => {
    const { reached, open } = await gate();
    const saving = save();
    await reached();
    await server().sql(
      "odd",
      "INSERT INTO events (at, body) SELECT '2026-05-05', 'late' FROM generate_series(1, 500);",
    );
    await open();
    expect(await saving).toMatchObject({ rows: 16370 });
    await server().sql("odd", "DELETE FROM events WHERE body = 'late';");
  });

  test("is saved by two operators at once: neither takes the other's file, scratch database or proof (S-02)", async () => {
    const [one, other] = await Promise.all([save({ keep: 1 }), save({ keep: 1 })]);
    expect(one.path).not.toBe(other.path);
    for (const { path } of [one, other]) expect(await check(path)).toMatchObject({ rows: 16370 });
    expect(await left()).toHaveLength(4);
    expect(await scratches()).toBe("");
  });

  test("is saved with gzip where zstd is not installed", async () => {
    await replace("zstd", "exit 127");
    const saved = await save();
    expect(saved.path).toMatch(/\.dump\.gz$/);
    await check(saved.path);
  });

  test("shows its password to nobody: no command line, no progress, no manifest (law 6)", async () => {
    const { reached, open } = await gate();
    const saving = save();
    await reached();
    const commands = (await run("ps", ["-eo", "args"])).stdout;
    await open();
    const { path } = await saving;
    const told = [commands, ...said(), await readFile(manifestPath(path), "utf8")].join("\n");
    expect(commands).toContain("pg_restore");
    expect(told).not.toContain(password);
    expect(told).not.toContain(encodeURIComponent(password));
  });
});

describe("the manifest tells what a way back needs to know", () => {
  const gateway = { gatewaySelector: { app: "gateway" }, gatewayContainer: "gateway" };
  const withPods = (images: readonly string[], work: (more: object) => Promise<Manifest>) =>
    withApi(
      (request) =>
        request.url?.includes("/namespaces/smoltbot/pods?labelSelector=app%3Dgateway") === true
          ? {
              items: images.map((image) => ({
                spec: { containers: [{ name: "gateway", image }] },
              })),
            }
          : undefined,
      (kubeconfig) => work({ kubeconfig, namespace: "smoltbot", ...gateway }),
    );
  const manifestOf = async (more?: object) => check((await save(more)).path);

  test("which releases ran, which transactions it holds, and whose they are (S-44)", async () => {
    const manifest = await withPods(
      ["r/gateway:1.2.0", "r/gateway:1.1.0", "r/gateway:1.2.0"],
      manifestOf,
    );
    expect(manifest).toMatchObject({
      running: ["1.1.0", "1.2.0"],
      snapshot: expect.stringMatching(/^\d+:\d+:/) as string,
      systemIdentifier: await server().sql(
        "odd",
        "SELECT system_identifier FROM pg_control_system();",
      ),
    });
    expect(manifestSchema.parse(manifest)).toEqual(manifest);
  });

  test("that nobody knows what ran, where the cluster cannot be asked; the dump is good all the same (S-44)", async () => {
    const manifest = await withPods([], (more) => manifestOf({ ...more, namespace: "elsewhere" }));
    expect(manifest.running).toEqual([]);
    expect(said().join("\n")).toContain("the manifest will not say which release ran: ");
  });

  test("that nobody knows what ran, where an image names no release (S-44)", async () => {
    const manifest = await withPods(["r/gateway:1.2.0", "r/gateway:latest"], manifestOf);
    expect(manifest.running).toEqual([]);
    expect(said().join("\n")).toContain("an image is named r/gateway:1.2.0, r/gateway:latest");
  });

  test("and a manifest of earlier times, which does not, still counts (S-44)", async () => {
    const { path } = await save();
    const { running, snapshot, systemIdentifier, ...old } = await check(path);
    await writeFile(manifestPath(path), JSON.stringify(old));
    expect([running, snapshot, systemIdentifier]).not.toContain(undefined);
    expect(await check(path)).toEqual({ ...old, running: [] });
  });
});

describe("where there is nothing to save", () => {
  test("a database without a table is left alone, and said to be so", async () => {
    expect(await runBackup(input(), io("bare"))).toMatchObject({ nothing: true });
  });
  test("a database that does not exist is said to be missing", async () => {
    expect(await runBackup(input(), io("nowhere"))).toEqual({
      nothing: true,
      reason: "database nowhere does not exist yet",
    });
  });
});

describe("a dump on the disk", () => {
  test("is refused once one bit of it has changed", async () => {
    const { path } = await save();
    const bytes = await readFile(path);
    bytes[bytes.length - 100]! ^= 1;
    await writeFile(path, bytes);
    await expect(check(path)).rejects.toThrow(/is damaged|is not the dump that was proven/);
  });

  test("is refused without its manifest", async () => {
    const { path } = await save();
    await rm(manifestPath(path));
    await expect(check(path)).rejects.toThrow("it was never proven");
  });

  test("goes when enough newer ones are kept, and one without a manifest stays", async () => {
    const stray = join(dumps(), "smoltbot-prod-20200101t000000z-before-1.0.0.dump.zst");
    await mkdir(dumps());
    await writeFile(stray, "kept by hand");
    const kept: string[] = [];
    for (const [age, release] of [
      [3, "1.0.0"],
      [2, "1.1.0"],
      [0, "1.2.0"],
    ] as const) {
      const { path } = await save({ release, keep: 2 });
      const seal = JSON.parse(await readFile(manifestPath(path), "utf8")) as { takenAt: string };
      const takenAt = new Date(Date.parse(seal.takenAt) - age * 3_600_000).toISOString();
      const running = ["1.0.0"];
      await writeFile(manifestPath(path), JSON.stringify({ ...seal, takenAt, running }));
      kept.push(path);
    }
    const [first, ...newer] = kept;
    const there = await left();
    expect(there).not.toContain(first!.slice(dumps().length + 1));
    expect(there).toHaveLength(1 + 2 * newer.length);
  });
});

describe("the server on which the restore is tried", () => {
  const databaseOf = () => openDatabase({ kind: "url" }, environment());

  test("shows the room of its disk where it runs on this machine (S-02)", async () => {
    const { bytes, connections } = await readServerRoom(databaseOf());
    const { bavail, bsize } = await statfs(server().directory);
    expect(Math.abs((bytes ?? 0) - bavail * bsize)).toBeLessThan(1e9);
    expect(connections).toBeGreaterThan(80);
  });

  test("shows no room where its process cannot be seen, and the backup says so and goes on", async () => {
    const psql = (await run("which", ["psql"])).stdout.trim();
    await replace(
      "psql",
      `exec unshare --mount sh -c 'mount -t tmpfs none /proc; exec ${psql} "$@"' psql "$@"`,
    );
    expect(await readServerRoom(databaseOf())).toMatchObject({ bytes: undefined });
    await save();
    expect(said().join("\n")).toContain("cannot see from here whether the server has room");
  });
});
