import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../components/steps/database/database";
import { saveBefore } from "../../components/steps/schema/save-before";
import { backupWorld } from "./backup-world";

const world = backupWorld();

describe("before a migration (S-02, law 4)", () => {
  const dumps = async (): Promise<readonly string[]> =>
    (await readdir(world.input().directory)).filter((name) => name.endsWith(".zst"));
  const save = async (database = "odd") => {
    const io = world.io(database);
    const opened = await openDatabase({ kind: "url" }, io.env);
    const saving = { backup: world.input(), maxAgeMinutes: 60, database: opened, quiet: false };
    await saveBefore({ ...saving, source: { kind: "url" } }, io);
    return dumps();
  };

  test("an empty folder gets a dump, and the next run finds it whole", async () => {
    const first = await save();
    expect(first).toHaveLength(1);
    expect(await save()).toEqual(first);
  });

  test("a dump that is damaged, or of another database, is no dump of this one", async () => {
    const [dump = ""] = await save();
    await appendFile(join(world.input().directory, dump), "more");
    expect(await save()).toHaveLength(2);
  });

  test("a database without a table needs none", async () => {
    expect(await save("bare")).toEqual([]);
  });
});
