import { describe, expect, test } from "vitest";
import { observed, unavailable } from "../../../components/upgrade/observation";
import type { DumpFacts } from "../../../components/upgrade/plan/restore-need";
import {
  schemaDoubt,
  type SchemaDoubtQuestion,
} from "../../../components/upgrade/plan/schema-doubt";

const dump = (release: string, running: string, schemaHead: string): DumpFacts => ({
  file: `before-${release}.dump.zst`,
  release,
  running: [running],
  takenAt: "2026-01-01T00:00:00.000Z",
  rows: 10,
  schemaHead,
});
const dumps = (...all: readonly DumpFacts[]) =>
  observed({
    dumps: all,
    candidate: all.find(({ release }) => release === "2.0.0"),
    risk: undefined,
  });

/** 1.2.0 was verified at 007.sql and runs; another runner's 2.0.0 has migrated to 010.sql and was cut off. */
const lost: SchemaDoubtQuestion = {
  wanted: "1.2.0",
  verified: { version: "1.2.0", schemaHead: "007.sql", verifiedAt: "2025-12-31T00:00:00.000Z" },
  running: ["1.2.0"],
  migrated: [],
  migrations: observed(["007.sql", "010.sql"]),
  restore: dumps(),
};

describe("a schema that is not the verified one is in doubt (law 7, T-12)", () => {
  test("where the backup folder is empty, and says both heads", () => {
    expect(schemaDoubt(lost)).toEqual({
      head: "010.sql",
      reason:
        "the schema is at 010.sql, 1.2.0 was verified at 007.sql, and nothing here says what changed it: no dump, no migration Job, no running release",
    });
  });

  test("where the Job of a newer major is in the cluster, and no dump was taken before it", () => {
    const reason =
      "the schema is at 010.sql, 1.2.0 was verified at 007.sql, and a migration Job of 2.0.0 is in the cluster, and no dump here was taken before it";
    expect(schemaDoubt({ ...lost, migrated: ["2.0.0"] })).toEqual({ head: "010.sql", reason });
  });

  test("where an older dump of the same head would explain it, but for the Job of a newer major", () => {
    const restore = dumps(dump("1.3.0", "1.2.0", "007.sql"));
    expect(schemaDoubt({ ...lost, restore, migrated: ["2.0.0"] })?.head).toBe("010.sql");
  });

  test("where nothing was verified yet, and the Job of a newer major has migrated it", () => {
    expect(schemaDoubt({ ...lost, verified: undefined, migrated: ["2.0.0"] })?.reason).toBe(
      "the schema is at 010.sql, nothing was verified yet, and a migration Job of 2.0.0 is in the cluster, and no dump here was taken before it",
    );
  });

  test("where the one dump of the same head is older than the evidence: what it was taken for is over", () => {
    const restore = dumps(dump("1.1.0", "1.2.0", "007.sql"));
    const verified = { ...lost.verified!, verifiedAt: "2026-01-02T00:00:00.000Z" };
    expect(schemaDoubt({ ...lost, restore, verified })?.head).toBe("010.sql");
  });

  test("where the dumps cannot be listed", () => {
    expect(schemaDoubt({ ...lost, restore: unavailable("permission denied") })?.head).toBe(
      "010.sql",
    );
  });

  test("where a release of the same major is wanted that was never here", () => {
    expect(schemaDoubt({ ...lost, wanted: "1.3.0" })?.head).toBe("010.sql");
  });

  test("where the database tracks no migration any more", () => {
    expect(schemaDoubt({ ...lost, migrations: observed(undefined) })).toMatchObject({
      head: "",
      reason: expect.stringContaining("the schema is at no migration") as string,
    });
  });
});

describe("a schema is not in doubt", () => {
  const dump2 = dump("2.0.0", "1.2.0", "007.sql");
  test.each<[string, Partial<SchemaDoubtQuestion>]>([
    ["where it is the verified one", { migrations: observed(["007.sql"]) }],
    ["before anything was verified", { verified: undefined }],
    [
      "where the database cannot be looked at",
      { migrations: unavailable("a Job alone reaches it") },
    ],
    ["where the newer major is wanted, which brings its own", { wanted: "2.0.0" }],
    ["where the dump before the newer major is here: the plan knows it", { restore: dumps(dump2) }],
    [
      "where a dump was taken before a release of the same major",
      { restore: dumps(dump("1.3.0", "1.2.0", "007.sql")) },
    ],
    ["where the Job of a release of the same major is there", { migrated: ["1.3.0"] }],
    ["where a newer release of the same major runs", { running: ["1.2.0", "1.3.0"] }],
    [
      "where a dump shows this schema under the wanted major, as a restore has left it beside the newer Job",
      {
        migrated: ["2.0.0"],
        verified: { ...lost.verified!, version: "2.0.0", schemaHead: "012.sql" },
        restore: dumps(dump("2.0.0", "1.2.0", "010.sql")),
      },
    ],
  ])("%s", (_, given) => {
    expect(schemaDoubt({ ...lost, ...given })).toBeUndefined();
  });

  test.each<[string, Partial<SchemaDoubtQuestion>]>([
    ["the Job of the verified release itself", { migrated: ["1.2.0"] }],
    ["a release that is none", { migrated: ["latest"] }],
    // Drawn operators: back to 1.0.0 by a restore, cut off; 2.0.0 again, cut off; from another machine 1.1.0, whose pods never got ready.
    ["an older release of the major, which runs after a way back,", { running: ["1.0.0"] }],
    ["the Job of an older release of the major", { migrated: ["1.1.0"] }],
    // Drawn operators: 2.0.0 migrates and is cut off, twice; the second time its dump shows 1.2.0 beside the schema of 2.0.0.
    [
      "a dump of it that was taken while the verified release ran beside it",
      { restore: dumps(dump("2.0.0", "1.2.0", "010.sql")) },
    ],
    [
      "a dump that was taken before an older release of the major",
      { restore: dumps(dump("1.1.0", "1.2.0", "007.sql")) },
    ],
  ])("but %s explains nothing", (_, given) => {
    expect(schemaDoubt({ ...lost, ...given })).toBeDefined();
  });
});

describe("what explains a schema, and what does not", () => {
  const shown = (running: readonly string[]) => ({ ...dump("1.3.0", "", "010.sql"), running });

  test("a dump of it that was taken while a release of the wanted major ran that may have brought it, whatever ran beside it", () => {
    expect(schemaDoubt({ ...lost, restore: dumps(shown(["1.3.0", "2.0.0"])) })).toBeUndefined();
    expect(schemaDoubt({ ...lost, restore: dumps(shown(["2.0.0"])) })?.head).toBe("010.sql");
  });

  test("nothing is asked where nothing was verified and no newer major has migrated", () => {
    expect(schemaDoubt({ ...lost, verified: undefined })).toBeUndefined();
  });

  test("a dump of another schema explains nothing, nor one of the moment of the verification", () => {
    const elsewhere = dumps(dump("1.3.0", "2.0.0", "005.sql"));
    expect(schemaDoubt({ ...lost, restore: elsewhere })?.head).toBe("010.sql");
    const verified = { ...lost.verified!, verifiedAt: "2026-01-01T00:00:00.000Z" };
    const same = dumps(dump("1.3.0", "2.0.0", "007.sql"));
    expect(schemaDoubt({ ...lost, verified, restore: same })?.head).toBe("010.sql");
  });

  test("a Job whose release is no version is nobody's newer major", () => {
    const verified = undefined;
    expect(schemaDoubt({ ...lost, verified, migrated: ["latest", "0.9.0"] })).toBeUndefined();
  });
});

describe("a schema that nobody can look at", () => {
  const unseen: SchemaDoubtQuestion = { ...lost, migrations: unavailable("it does not answer") };

  test("is in doubt once a newer major may have begun to migrate it since it was seen last (law 7)", () => {
    expect(schemaDoubt({ ...unseen, begunSince: ["2.0.0"] })).toEqual({
      head: undefined,
      reason:
        "the schema could not be looked at (it does not answer), and a migration to 2.0.0 has begun since it was seen at 007.sql",
    });
  });

  test.each<[string, Partial<SchemaDoubtQuestion>]>([
    ["where none has begun since, whatever Job is still there", { migrated: ["2.0.0"] }],
    ["for a release of the wanted major", { begunSince: ["1.3.0"] }],
    ["for the wanted release itself", { wanted: "2.0.0", begunSince: ["2.0.0"] }],
    ["before the first verification", { verified: undefined, begunSince: ["2.0.0"] }],
    [
      "where a dump was taken before that migration: the plan goes back by it",
      {
        begunSince: ["2.0.0"],
        migrated: ["2.0.0"],
        restore: dumps(dump("2.0.0", "1.2.0", "007.sql")),
      },
    ],
  ])("is in none %s", (_, given) => {
    expect(schemaDoubt({ ...unseen, ...given })).toBeUndefined();
  });
});
