import { mkdir, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queryDatabase } from "../lab/database";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeInstalledStage, type Stage } from "./stage";

const APPLIED = "SELECT string_agg(filename, ',' ORDER BY filename) FROM _schema_migrations";
/** Rows that no compression makes small: about 40 MB of them. */
const BALLAST =
  "CREATE TABLE IF NOT EXISTS ballast AS SELECT sha512(n::text::bytea) || sha512((-n)::text::bytea) AS bytes FROM generate_series(1, 250000) AS n";

/** The backups lie on a small disk of their own, so that it can be filled without harm. */
describe("a gateway whose backup is cut off in the middle", () => {
  let stage: Stage;
  let dumps: string;
  const database = () => stage.database("prod");

  /** What an upgrade would touch, as far as it does not change by itself. */
  const touched = async () => ({
    objects: await stage.eyes("prod").versions(["Secret", "ConfigMap", "Job", "Service"]),
    // Pods that the upgrade before has let go may still be on their way out.
    images: (await stage.eyes("prod").pods())
      .filter(({ leaving }) => !leaving)
      .map(({ uid, images }) => [uid, images])
      .toSorted(),
    migrations: await stage.sql("prod", APPLIED),
  });
  const names = () => readdir(dumps);
  const scratches = () =>
    queryDatabase(
      stage.lab,
      "postgres",
      `SELECT count(*) FROM pg_database WHERE datname LIKE 'gateways_scratch_%'
       AND pg_get_userbyid(datdba) = '${database()}'`,
    );
  /** Starts an up and strikes as soon as its backup has begun. */
  const upWith = async (strike: () => Promise<unknown>): Promise<PulumiRun> => {
    const run = await stage.project.startUp("prod");
    await run.said(/saving database/);
    await strike();
    return run.finished;
  };

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
    dumps = join(stage.project.directory, "dumps");
    await mkdir(dumps, { mode: 0o700 });
    await execa("mount", ["-t", "tmpfs", "-o", "size=256m,mode=0700", "tmpfs", dumps]);
    await stage.project.configure("prod", {
      "gateways:smoltbot": { backup: { directory: dumps } },
    });
    await stage.seed("prod", 2000);
    await stage.sql("prod", `SET ROLE ${database()}; ${BALLAST}`);
  });
  afterAll(async () => {
    await execa("umount", [dumps], { reject: false });
    await stage.clear();
  });

  test("by a database that goes away is left as it was, and the same up upgrades it once the database is back (S-02, T-13)", async () => {
    const before = await touched();
    await stage.project.setVersion("prod", "1.1.0");
    const admit = (yes: boolean) =>
      queryDatabase(
        stage.lab,
        "postgres",
        `ALTER DATABASE ${database()} ALLOW_CONNECTIONS ${String(yes)};
         SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${database()}'`,
      );
    const { exitCode, all } = await upWith(() => admit(false)).finally(() => admit(true));
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(
      /terminating connection|not currently accepting connections|connection was lost/,
    );
    expect(all).toContain("Fix:");
    expect(await touched()).toEqual(before);
    expect(await names()).toEqual([]);

    const again = await stage.project.up("prod");
    expect(again.exitCode, again.all).toBe(0);
    expect(await stage.sql("prod", APPLIED)).toContain("004_nudges.sql");
    expect(await names()).toHaveLength(2);
    expect(await scratches()).toBe("0");
  });

  test("by a full disk is left as it was, and the same up upgrades it once there is room (S-02, T-13)", async () => {
    const before = await touched();
    const kept = await names();
    await stage.project.setVersion("prod", "1.2.0");
    const filler = join(dumps, "filler");
    const fill = async () => {
      const { bavail, bsize } = await statfs(dumps);
      await execa("fallocate", ["--length", String(bavail * bsize), filler]);
    };
    const { exitCode, all } = await upWith(fill).finally(() => rm(filler, { force: true }));
    expect(exitCode, all).not.toBe(0);
    expect(all).toContain("the dump could not be written: no space left on device");
    expect(all).toContain("Fix: make room in the backup directory");
    expect(await touched()).toEqual(before);
    expect(await names()).toEqual(kept);
    expect(await scratches()).toBe("0");

    const again = await stage.project.up("prod");
    expect(again.exitCode, again.all).toBe(0);
    expect(await stage.sql("prod", APPLIED)).toContain("007_session_labels.sql");
    expect(await names()).toHaveLength(4);
    expect(await scratches()).toBe("0");
  });
});
