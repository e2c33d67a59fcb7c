import { describe, expect, test } from "vitest";
import { observed, unavailable } from "../../../components/upgrade/observation";
import {
  restoreNeed,
  schemaAhead,
  type DumpFacts,
  type RestoreFacts,
  type RestoreQuestion,
} from "../../../components/upgrade/plan/restore-need";

const dump = (release: string, running: string, hour: number, schemaHead: string): DumpFacts => ({
  file: `before-${release}.dump.zst`,
  release,
  running: [running],
  takenAt: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  rows: 10,
  schemaHead,
});
const before = dump("2.0.0", "1.2.0", 1, "007.sql");
const risk = { countable: true, total: 3, tables: [{ name: "public.agents", rows: 3 }] } as const;
const facts = (given: Partial<RestoreFacts> = {}) =>
  observed<RestoreFacts>({ dumps: [before], candidate: before, risk, ...given });
const heads = (...names: readonly string[]) => observed(names);
const wanted = "1.2.0";

describe("going back across a major", () => {
  test("needs the dump that shows the database before it, where the schema has moved on (S-44)", () => {
    const need = restoreNeed({
      wanted,
      migrated: [],
      restore: facts(),
      migrations: heads("007.sql", "010.sql"),
    });
    expect(need).toEqual({ kind: "restore", dump: before, risk });
  });

  test("needs none where the schema is the dump's: it was never migrated, or was put back (S-35)", () => {
    const need = restoreNeed({
      wanted,
      migrated: [],
      restore: facts(),
      migrations: heads("006.sql", "007.sql"),
    });
    expect(need.kind).toBe("no");
  });

  test("is impossible by a dump that was taken while the old release ran on a schema of the newer one (S-44)", () => {
    const migrated = { ...before, schemaHead: "010.sql" };
    const moments = { verifiedAt: "2026-01-02T00:00:00Z" };
    const newer = { version: "2.0.0", schemaHead: "010.sql", ...moments };
    const kindOf = (history: readonly { version: string; schemaHead: string }[]) =>
      restoreNeed({
        wanted,
        migrated: [],
        restore: facts({ candidate: migrated }),
        migrations: heads("010.sql"),
        verified: newer,
        history,
      }).kind;
    expect(kindOf([{ version: "1.2.0", schemaHead: "007.sql" }])).toBe("impossible");
    // A major that migrates nothing.
    expect(kindOf([{ version: "1.2.0", schemaHead: "010.sql" }])).toBe("no");
  });

  test("is impossible by a dump since which the gateway has come home, as the restore itself would refuse it (S-44, S-48)", () => {
    const home = dump("1.3.0", "1.2.0", 2, "007.sql");
    const again = { ...dump("2.0.0", "1.3.0", 3, "008.sql"), running: [] };
    const ask = (migrations: RestoreQuestion["migrations"], dumps = [before, home, again]) =>
      restoreNeed({ wanted, migrated: [], restore: facts({ dumps }), migrations });
    expect(ask(heads("008.sql", "010.sql"))).toEqual({
      kind: "impossible",
      why: `no proven dump shows the database as it was with major 1 when that was left last: it has come back since ${before.file} was taken`,
    });
    expect(ask(heads("008.sql", "010.sql"), [before, again]).kind).toBe("restore");
    expect(ask(heads("007.sql")).kind).toBe("no");
    expect(ask(unavailable("only a Job reaches it")).kind).toBe("unknown");
  });

  test("says that nobody counted the rows at risk, where nobody did", () => {
    const restore = facts({ risk: undefined });
    const need = restoreNeed({ wanted, migrated: [], restore, migrations: heads("010.sql") });
    expect(need).toMatchObject({
      risk: { countable: false, reason: "nobody counted them" },
    });
  });

  test("compares with the last migration, and a database that tracks none with a dump that held none", () => {
    const ask = (candidate: DumpFacts, migrations: ReturnType<typeof heads>) =>
      restoreNeed({ wanted, migrated: [], restore: facts({ candidate }), migrations }).kind;
    expect(ask(before, heads("007.sql", "010.sql", "011.sql"))).toBe("restore");
    expect(ask(before, heads("010.sql", "007.sql", "011.sql"))).toBe("restore");
    const untracked = observed(undefined) as unknown as ReturnType<typeof heads>;
    expect(ask(before, untracked)).toBe("restore");
    expect(ask({ ...before, schemaHead: "" }, untracked)).toBe("no");
  });

  test("is impossible without a proven dump, and says of which major one is missing (S-44)", () => {
    const restore = facts({ dumps: [], candidate: undefined, risk: undefined });
    expect(restoreNeed({ wanted, migrated: [], restore, migrations: heads("010.sql") })).toEqual({
      kind: "impossible",
      why: "no proven dump shows the database as it was with major 1",
    });
  });

  test("is unknown where the dumps could not be looked at, and counts nothing where the database could not", () => {
    const away = unavailable("permission denied");
    expect(restoreNeed({ wanted, migrated: [], restore: away, migrations: heads() })).toEqual({
      kind: "unknown",
      reason: "permission denied",
    });
    expect(restoreNeed({ wanted, migrated: [], restore: facts(), migrations: away })).toMatchObject(
      {
        kind: "restore",
        risk: { countable: false, reason: "the schema could not be looked at: permission denied" },
      },
    );
  });
});

describe("a database is ahead of the wanted major", () => {
  const ahead = (restore: ReturnType<typeof facts>, ...names: readonly string[]) =>
    schemaAhead({ wanted, migrated: [], restore, migrations: heads(...names) });

  test("where a release of the next one has migrated it and never ran (S-35)", () => {
    expect(ahead(facts(), "007.sql", "010.sql")).toBe("2.0.0");
  });

  test("where the dump of the way back shows the newer schema too", () => {
    const back = dump("1.2.0", "1.2.0", 2, "010.sql");
    expect(ahead(facts({ dumps: [before, back] }), "007.sql", "010.sql")).toBe("2.0.0");
  });

  test("where its migration has begun and the schema cannot be looked at: it is closed, or only a Job reaches it", () => {
    const blind = { wanted, restore: facts(), migrations: unavailable("it lets nobody in") };
    expect(schemaAhead({ ...blind, migrated: ["2.0.0"] })).toBe("2.0.0");
    expect(schemaAhead({ ...blind, migrated: ["1.2.0"] })).toBeUndefined();
  });

  test("not where nothing was migrated", () => {
    expect(ahead(facts(), "007.sql")).toBeUndefined();
  });

  test("not where it came home since and moved on within its major", () => {
    const onward = dump("1.3.0", "1.2.0", 2, "007.sql");
    expect(ahead(facts({ dumps: [before, onward] }), "007.sql", "008.sql")).toBeUndefined();
  });

  test("where it tracks no migration any more, and the dump of the way back held some", () => {
    const untracked = { wanted, migrated: [], restore: facts(), migrations: observed(undefined) };
    expect(schemaAhead(untracked)).toBe("2.0.0");
  });

  test.each([
    ["is no later than that of the way back", { takenAt: before.takenAt }],
    ["shows no release that ran", { running: [] }],
    ["shows releases of two majors", { running: ["1.2.0", "2.0.0"] }],
    ["was taken on another schema", { schemaHead: "010.sql" }],
    ["was taken before a release of the next major", { release: "2.1.0" }],
  ])("where the dump that would show it at home %s", (_, change) => {
    const onward = { ...dump("1.3.0", "1.2.0", 2, "007.sql"), ...change };
    expect(ahead(facts({ dumps: [before, onward] }), "007.sql", "008.sql")).toBe("2.0.0");
  });

  test("not where a release of its major was verified on this very schema since", () => {
    const question = { wanted, migrated: [], restore: facts(), migrations: heads("008.sql") };
    const verified = {
      version: "1.3.0",
      schemaHead: "008.sql",
      verifiedAt: "2026-01-02T00:00:00Z",
    };
    expect(schemaAhead({ ...question, verified })).toBeUndefined();
    expect(schemaAhead({ ...question, verified: { ...verified, version: "2.0.0" } })).toBe("2.0.0");
    expect(schemaAhead({ ...question, verified: { ...verified, schemaHead: "007.sql" } })).toBe(
      "2.0.0",
    );
  });

  test("not where there is no dump of a way out of the major, or nothing could be looked at", () => {
    const none = facts({ candidate: undefined, dumps: [] });
    expect(ahead(none, "010.sql")).toBeUndefined();
    expect(
      schemaAhead({
        wanted,
        migrated: [],
        restore: unavailable("no"),
        migrations: heads("010.sql"),
      }),
    ).toBeUndefined();
  });
});

describe("a dump that was taken while the pods were stopped", () => {
  const stopped = { ...before, running: [], schemaHead: "010.sql" };
  const verified = {
    version: "2.0.0",
    schemaHead: "010.sql",
    verifiedAt: "2026-01-02T00:00:00Z",
  };
  const question = {
    wanted,
    migrated: [],
    restore: facts({ dumps: [stopped], candidate: stopped }),
    migrations: heads("010.sql", "011.sql"),
  };

  test("on the schema that the newer major was verified on is no way back from it", () => {
    expect(restoreNeed({ ...question, verified }).kind).toBe("impossible");
    expect(schemaAhead({ ...question, verified })).toBeUndefined();
  });

  test.each<[string, Partial<RestoreQuestion>]>([
    ["nothing was verified", { verified: undefined }],
    [
      "a release of the wanted major was verified on it",
      { verified: { ...verified, version: "1.1.0" } },
    ],
    [
      "the newer major was verified on another schema",
      { verified: { ...verified, schemaHead: "009.sql" } },
    ],
    [
      "the wanted major still ran then",
      {
        verified,
        restore: facts({ candidate: { ...stopped, running: ["1.2.0"] } }),
      },
    ],
  ])("is the way back where %s", (_, change) => {
    expect(restoreNeed({ ...question, ...change }).kind).toBe("restore");
    expect(schemaAhead({ ...question, ...change })).toBe("2.0.0");
  });
});
