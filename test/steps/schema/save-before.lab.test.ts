import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readExternalBackup } from "../../../components/kubernetes/platform/external-backup";
import type { BackupObject } from "../../../components/upgrade/platform";
import { openPlatform } from "../../../components/steps/open-platform";
import { openDatabase } from "../../../components/postgres/database";
import { saveBefore } from "../../../components/steps/schema/save-before";
import { backupWorld } from "../backup-world";

const world = backupWorld();

describe("before a migration (S-02, law 4)", () => {
  const dumps = async (): Promise<readonly string[]> =>
    (await readdir(world.input().directory).catch(() => [])).filter((name) =>
      name.endsWith(".zst"),
    );
  const save = async (database = "odd", backup: object = {}, list?: unknown) => {
    const io = world.io(database);
    const opened = openDatabase({ kind: "url" }, io.env);
    const get = <T>() => Promise.resolve(list as T);
    const platform = {
      externalBackup: (object: BackupObject) => readExternalBackup({ get }, "own", object),
    };
    const running = ["gateway:1.1.0"];
    const saving = { maxAgeMinutes: 60, database: opened, running, platform, open: openPlatform };
    await saveBefore({ ...saving, backup: world.input(backup), source: { kind: "url" } }, io);
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

  describe("a backup that somebody else takes stands for a dump", () => {
    const source = { cloudNativePg: { cluster: "shop" } };
    const external = { source, consented: true };
    const backupOf = (minutesAgo: number, phase = "completed") => ({
      items: [
        {
          metadata: { name: "nightly", creationTimestamp: "2026-01-01T00:00:00Z" },
          spec: { cluster: { name: "shop" } },
          status: { phase, stoppedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
        },
      ],
    });

    test("where it is young, has succeeded and is consented to; no dump is taken", async () => {
      expect(await save("odd", { external }, backupOf(5))).toEqual([]);
      expect(world.said().join("\n")).toMatch(
        /nightly of .* stands for a dump; this program has not/,
      );
    });

    test.each([
      ["old", external, backupOf(61), "nightly is 61 min old"],
      ["failed", external, backupOf(5, "failed"), "has not succeeded"],
      ["none", external, { items: [] }, "no Backup of the cluster shop in own"],
      ["not consented to", { source, consented: false }, backupOf(5), "without consents.external"],
    ])("and stops the migration where it is %s", async (_, given, list, words) => {
      await expect(save("odd", { external: given }, list)).rejects.toThrow(words);
    });

    test("and is not asked for where there is no table", async () => {
      expect(await save("bare", { external }, { items: [] })).toEqual([]);
    });
  });

  test("a database without a table needs none", async () => {
    expect(await save("bare")).toEqual([]);
  });
});
