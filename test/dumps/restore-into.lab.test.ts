import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { describe, expect, test } from "vitest";
import { hashTables } from "../../components/dumps/hash-tables";
import { manifestPath, type Manifest } from "../../components/dumps/manifest";
import { readContents } from "../../components/dumps/read-contents";
import { restoreInto } from "../../components/dumps/restore-into";
import { folderStore } from "../../components/dumps/store/folder-store";
import { openDatabase } from "../../components/postgres/database";
import { openSession } from "../../components/postgres/session";
import { backupWorld } from "../steps/backup-world";

const { check, dumps, environment, fake, io, left, replace, save, scratches, server } =
  backupWorld();

/** Runs work with an empty database, and drops it afterwards. */
async function withEmpty<T>(name: string, work: () => Promise<T>): Promise<T> {
  await server().sql("postgres", `CREATE DATABASE ${name} TEMPLATE template0;`);
  try {
    return await work();
  } finally {
    await server().sql("postgres", `DROP DATABASE ${name} WITH (FORCE);`);
  }
}

const restoreAs = async (database: string, manifest: Manifest) =>
  restoreInto(
    openDatabase({ kind: "url" }, environment(database)),
    { store: folderStore(dumps()), manifest },
    io(database),
  );

/** Rows and hash of every table that is there now. */
async function tablesOf(database: string) {
  const session = openSession(openDatabase({ kind: "url" }, environment(database)), "test");
  const { tables } = await readContents(session);
  const prints = await hashTables([session], tables);
  await session.close();
  return prints;
}

describe.each(["custom", "plain"] as const)("a dump of the form %s", (format) => {
  test("is proven, checked, and restored into an empty database row by row (S-04, T-13)", async () => {
    const { path, rows } = await save({ format });
    expect(path).toMatch(format === "plain" ? /\.sql\.zst$/ : /\.dump\.zst$/);
    expect(rows).toBe(16370);
    const manifest = await check(path);
    expect(manifest.archive.format).toBe(format);
    await withEmpty("again", async () => {
      await restoreAs("again", manifest);
      expect(await tablesOf("again")).toEqual(manifest.tables);
    });
    expect(await scratches()).toBe("");
  });

  test("is not restored once its file is another one than its seal names (T-13)", async () => {
    await replace("zstd", "exit 127");
    const { path } = await save({ format });
    const whole = await check(path);
    const content = await promisify(gunzip)(await readFile(path));
    await writeFile(path, await promisify(gzip)(content.subarray(0, content.length / 2)));
    await withEmpty("half", async () => {
      await expect(restoreAs("half", whole)).rejects.toThrow("is not the dump that was proven");
      if (format === "plain") expect(await tablesOf("half")).toEqual([]);
    });
  });
});

describe("a dump in plain SQL", () => {
  test("holds SQL from its first line to its end, for whoever reads it", async () => {
    await replace("zstd", "exit 127");
    const { path } = await save({ format: "plain" });
    const sql = (await promisify(gunzip)(await readFile(path))).toString("utf8");
    expect(sql).toMatch(/^--\n-- PostgreSQL database dump\n/);
    expect(sql).toContain("CREATE TABLE public.empty_one");
    expect(JSON.parse(await readFile(manifestPath(path), "utf8"))).toMatchObject({
      archive: { format: "plain", compression: "gzip" },
    });
  });

  test.each([
    ["that is cut off and still exits with 0", `"$real" "$@" | head -c 65536; exit 0`],
    ["that lacks nothing but its last line", `"$real" "$@" | grep -v 'dump complete'; exit 0`],
    ["that is empty and exits with 0", "exit 0"],
  ])("%s is no backup (T-13)", async (_, script) => {
    await fake("pg_dump", script);
    await expect(save({ format: "plain" })).rejects.toThrow("its end is missing");
    expect(await left()).toEqual([]);
    expect(await scratches()).toBe("");
  });

  test("that the server does not take back is no backup", async () => {
    await fake("pg_dump", `echo 'CREATE TABLE nowhere.t (a int);'; "$real" "$@"`);
    await expect(save({ format: "plain" })).rejects.toThrow(
      'the dump could not be restored: schema "nowhere" does not exist',
    );
    expect(await left()).toEqual([]);
  });

  test("whose copy lacks a row is no backup", async () => {
    await fake(
      "psql",
      `case "$*" in *"-f -") ;; *) exec "$real" "$@" ;; esac
"$real" "$@" && "$real" -X -q -c "DELETE FROM events WHERE body = 'x' AND at = '2025-06-02'"`,
    );
    await expect(save({ format: "plain" })).rejects.toThrow(/table public.events_1 has \d+ rows/);
    expect(await left()).toEqual([]);
  });
});
