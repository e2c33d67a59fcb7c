import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withMark } from "../../components/postgres/restore-mark";
import { runSchema } from "../../components/steps/schema";
import { schemaInputSchema } from "../../components/steps/schema-input";
import type { MigrationLook, MigrationState, Platform } from "../../components/upgrade/platform";
import { crash, memoryMigration, memoryPlatform } from "./memory-platform";
import { podSource, standInDatabase, type StandInDatabase } from "./stand-in-psql";

const output = (...lines: string[]) => [{ instance: "migrate-a", lines }];
const mark = { dump: "d", sha256: "a", rows: 1, kept: "k", undone: "002.sql" };

/** What it does not prove: locks and transactions of PostgreSQL, and what a Job does, which the lab shows. */
describe("a schema step on a platform in memory", () => {
  let database: StandInDatabase;
  beforeEach(async () => {
    database = await standInDatabase();
    await database.migrations("001.sql");
  });
  afterEach(() => database.remove());

  /** Runs the step over a migration that stands as given, and ends as given once it is started. */
  const migrate = async (
    first: MigrationState["state"],
    end: Partial<MigrationLook> | (() => Partial<MigrationLook>) = {},
    change: Partial<Platform> & { readonly others?: string[][]; readonly backup?: object } = {},
  ) => {
    const { others, backup, ...platform } = change;
    const { migration, calls } = memoryMigration(
      first,
      typeof end === "function" ? end : () => end,
      others,
    );
    const { open } = memoryPlatform([], {
      findContainer: () => Promise.resolve(database.container),
      migration: () => migration,
      ...platform,
    });
    const said: string[] = [];
    const task = schemaInputSchema.parse({
      ...{ namespace: "a", gateway: "smoltbot", instance: "smoltbot", job: "migrate" },
      ...{ release: "1.1.0", gatewaySelector: {}, gatewayContainer: "gateway" },
      ...{ source: podSource, trackingTable: "_schema_migrations", backup },
    });
    const io = { env: database.env, say: (line: string) => void said.push(line) };
    const result = await runSchema(task, io, open).catch(String);
    return { result, said, calls };
  };

  test("starts a migration that waits to be started, follows its log and says when it is complete (S-27)", async () => {
    const end = { state: "complete", output: output("applying 001.sql") } as const;
    const { result, said, calls } = await migrate("suspended", end);
    expect(result).toEqual({ head: "001.sql", applied: [] });
    expect(calls).toEqual(["start"]);
    expect(said).toEqual([
      "starting Job migrate",
      "migrate: applying 001.sql",
      "the schema was up to date",
    ]);
  });

  test("leaves a migration alone that was complete before (law 2)", async () => {
    const { result, calls } = await migrate("complete");
    expect(result).toEqual({ head: "001.sql", applied: [] });
    expect(calls).toEqual([]);
  });

  test("runs a complete one again on a database that was made anew since: it holds no migration (law 7)", async () => {
    await database.migrations();
    const { calls, said } = await migrate("complete", () => {
      void database.migrations("001.sql");
      return { state: "complete", output: output("applying 001.sql") };
    });
    expect(calls).toEqual(["start anew"]);
    expect(said[0]).toMatch(
      /^Job migrate has completed before, and the schema is at .*; making it again$/,
    );
  });

  test("makes a failed one again, and fails with its reason and its last lines where it fails again", async () => {
    const { result, said, calls } = await migrate("failed", {
      ...{ state: "failed", reason: "BackoffLimitExceeded", exitCode: 3 },
      output: output("connected", "error: relation exists"),
    });
    expect(calls).toEqual(["start anew"]);
    expect(said).toContain("Job migrate has failed before (); making it again");
    expect(result).toContain(
      "the migration failed: BackoffLimitExceeded, exit code 3; Job migrate; it wrote: error: relation exists",
    );
  });

  test("runs a complete one again where a restore has taken away what it did (S-44)", async () => {
    await database.comment(withMark("", mark));
    const { calls, said } = await migrate("complete", { state: "complete" });
    expect(calls).toEqual(["start anew"]);
    expect(said[0]).toBe(
      "Job migrate has completed before a restore took away what it did; making it again",
    );
  });

  test("holds one that cannot start, so that it keeps no other one waiting (T-01)", async () => {
    const { result, calls } = await migrate("suspended", { state: "waiting", problem: crash });
    expect(calls).toEqual(["start", "hold"]);
    expect(result).toContain(`the migration cannot start: ${crash.text}`);
  });

  test("starts one again that a run from another checkout has suspended meanwhile (S-27)", async () => {
    const ends = [{ state: "suspended" }, { state: "complete" }] as const;
    let starts = 0;
    const { result, said, calls } = await migrate("suspended", () => ends[starts++] ?? {});
    expect(calls).toEqual(["start", "start"]);
    expect(said).toContain("somebody has suspended Job migrate; starting it again");
    expect(result).toEqual({ head: "001.sql", applied: [] });
  });

  test("waits for another migration of the instance to end (S-32)", async () => {
    const others = [["migrate-old"], []];
    const { said } = await migrate("suspended", { state: "complete" }, { others });
    expect(said[0]).toBe("waiting for another migration to end: migrate-old");
  });

  test("starts no migration without its lock, which somebody may have ended while the database was saved: another runner has it by then (S-32)", async () => {
    const external = { source: { cloudNativePg: { cluster: "shop" } }, consented: true };
    const backup = {
      ...{ gateway: "smoltbot", stack: "prod", release: "1.1.0", source: podSource, keep: 1 },
      ...{ directory: database.home, external },
    };
    const externalBackup = async () => {
      await database.loseLock();
      return { name: "nightly", time: new Date().toISOString(), success: true };
    };
    const { result, calls } = await migrate("suspended", {}, { backup, externalBackup });
    expect(result).toContain(
      "StepFailure: the schema lock of database shop in pod a/postgres-0 was lost",
    );
    expect(calls).toEqual([]);
  });

  test("starts no migration by the lock of a replica, which keeps no other run away (S-32)", async () => {
    await database.isReplica();
    const { result, calls } = await migrate("suspended");
    expect(result).toContain(
      "database shop in pod a/postgres-0 is a replica, which takes no writes",
    );
    expect(calls).toEqual([]);
  });

  test("runs nothing where a newer release runs: a schema within a major serves older ones too (S-48)", async () => {
    const runningImages = () => Promise.resolve(["gateway:1.2.0"]);
    const { result, calls } = await migrate("suspended", {}, { runningImages });
    expect(calls).toEqual([]);
    expect(result).toMatchObject({
      skipped: "1.2.0 runs, and going back to 1.1.0 leaves the schema as it is",
    });
  });
});
