import { describe, expect, test } from "vitest";
import { dumpOfNow, type LiveState } from "../../../components/steps/schema/dump-of-now";
import { judgeMigrated } from "../../../components/steps/schema/judge-migrated";

const now = Date.UTC(2026, 0, 2, 12);
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const live: LiveState = {
  ...{ database: "shop", systemIdentifier: "7001", schemaHead: "008.sql" },
  ...{ restored: undefined, now, maxAgeMinutes: 60 },
};
const dump = {
  ...{ path: "a.dump", takenAt: minutesAgo(5), schemaHead: "008.sql", systemIdentifier: "7001" },
  ...{ source: { database: "shop", server: "15", encoding: "", collate: "", ctype: "" } },
  sha256: "1f",
};

describe("a dump of the database as it is now (S-02, law 4)", () => {
  test("is the newest of this database, schema and hour", () => {
    const older = { ...dump, path: "b.dump", takenAt: minutesAgo(60) };
    expect(dumpOfNow([older, dump], live)).toBe(dump);
    expect(dumpOfNow([older], live)).toBe(older);
  });

  test.each<[string, readonly (typeof dump)[], LiveState]>([
    ["the folder is empty, as on another runner", [], live],
    [
      "it is a minute too old, as at a retry days later",
      [{ ...dump, takenAt: minutesAgo(61) }],
      live,
    ],
    ["it is from a time to come", [{ ...dump, takenAt: minutesAgo(-1) }], live],
    ["it is of another server", [{ ...dump, systemIdentifier: "7002" }], live],
    ["nobody can tell of which server it is", [dump], { ...live, systemIdentifier: undefined }],
    [
      "it is of another database",
      [{ ...dump, source: { ...dump.source, database: "empty" } }],
      live,
    ],
    ["the schema has moved on since", [dump], { ...live, schemaHead: "009.sql" }],
  ])("is not there where %s", (_, dumps, state) => {
    expect(dumpOfNow(dumps, state)).toBeUndefined();
  });

  test("is one of any age from which the database was just restored, while nothing writes (law 8)", () => {
    const old = { ...dump, takenAt: minutesAgo(10_000) };
    const at = now - 5 * 60_000;
    expect(dumpOfNow([old], { ...live, restored: { sha256: "1f", at } })).toBe(old);
    expect(dumpOfNow([old], { ...live, restored: { sha256: "2e", at } })).toBeUndefined();
  });

  test("is none that was restored weeks ago, though nothing writes at this moment: the gateway has served in between (S-02, law 4)", () => {
    const old = { ...dump, takenAt: minutesAgo(60_000) };
    const at = now - 30_000 * 60_000;
    expect(dumpOfNow([old], { ...live, restored: { sha256: "1f", at } })).toBeUndefined();
    const later = now + 60_000;
    expect(dumpOfNow([old], { ...live, restored: { sha256: "1f", at: later } })).toBeUndefined();
  });
});

describe("a migration that has run", () => {
  const line = (name: string) => `[migrate] 12:00 INFO applied ${name}`;
  test.each<[string, readonly string[], readonly string[]]>([
    ["has changed the saved database", [line("009.sql")], ["008.sql", "009.sql"]],
    ["had nothing to do", ["[migrate] up to date"], []],
    ["had completed before", [], ["008.sql"]],
  ])("and %s is done", (_, log, applied) => {
    expect(() => {
      judgeMigrated(log, applied, "database shop at db:5432");
    }).not.toThrow();
  });

  test("and has changed another database than the saved one fails loudly (law 7)", () => {
    expect(() => {
      judgeMigrated([line("009.sql")], [], "database shop at db:5432");
    }).toThrow(
      "the migration has changed another database than database shop at db:5432, which was saved: it names 009.sql",
    );
  });
});
