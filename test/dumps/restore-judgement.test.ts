import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../components/dumps/manifest";
import {
  isRestoring,
  keptName,
  keptSince,
  restoringName,
} from "../../components/postgres/database-names";
import { judgeDump } from "../../components/dumps/judge-dump";
import { judgeRights, sessionWords, type Rights } from "../../components/postgres/judge-rights";
import { isRestored, readMark, withMark } from "../../components/postgres/restore-mark";
import { parseSnapshot } from "../../components/postgres/snapshot-text";

const sha256 = "1f2e3d4c".padEnd(64, "0");
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("names of databases", () => {
  test("tell what each is for, and from when", () => {
    expect(restoringName("shop", sha256)).toBe("shop_restoring_1f2e3d4c");
    expect(keptName("shop", "1.2.0", at)).toBe("shop_before_1.2.0_20260102030405");
    expect(keptSince("shop_before_1.2.0_20260102030405")).toBe(at);
    for (const other of ["shop", "shop_before_1.2.0", "shop_before_1.2.0_20261302030405"])
      expect(keptSince(other)).toBeUndefined();
  });

  test("fit the server's limit however long the live one's is, and are known again", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 63, unit: "grapheme" }), (live) => {
        fc.pre(Buffer.byteLength(live) <= 63);
        const names = [restoringName(live, sha256), keptName(live, "10.20.30-rc.1+build.5", at)];
        for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        expect(keptSince(names[1]!)).toBe(at);
        expect(isRestoring(live, names[0]!)).toBe(true);
        expect(isRestoring(live, names[1]!)).toBe(false);
        expect(isRestoring(live, live)).toBe(false);
      }),
    );
  });

  test("of another live database's restores are left alone", () => {
    expect(isRestoring("shop", "shop2_restoring_1f2e3d4c")).toBe(false);
    expect(isRestoring("shop", "shop_restoring_1f2e3d4")).toBe(false);
  });
});

describe("the mark of a restored database", () => {
  const mark = { dump: "d", sha256, rows: 5, kept: "k", undone: "010.sql" };

  test("stands in the last line of its comment, and takes the place of an earlier one", () => {
    const once = withMark("of the shop", mark);
    expect(once.split("\n")).toHaveLength(2);
    expect(readMark(once)).toEqual(mark);
    const twice = withMark(once, { ...mark, dump: "e" });
    expect(twice.split("\n")).toHaveLength(2);
    expect(readMark(twice)?.dump).toBe("e");
    expect(twice.startsWith("of the shop\n")).toBe(true);
  });

  test.each(["", "of the shop", "restored by gateways: {", 'restored by gateways: {"dump":1}'])(
    "is not found in the comment %j",
    (comment) => {
      expect(readMark(comment)).toBeUndefined();
    },
  );

  const dump = { dump: "d", sha256, schemaHead: "008.sql" };
  test.each([
    ["right after the restore", mark, ["008.sql"], true],
    ["after a migration of the older release's own", mark, ["008.sql", "009a.sql"], true],
    ["no more once the newer major was installed again", mark, ["008.sql", "010.sql"], false],
    ["where nothing had been migrated", { ...mark, undone: "" }, ["008.sql"], true],
    [
      "no more where something was, afterwards",
      { ...mark, undone: "" },
      ["008.sql", "010.sql"],
      false,
    ],
    ["not for another dump", { ...mark, dump: "e" }, ["008.sql"], false],
    ["not for another file of that name", { ...mark, sha256: "0".repeat(64) }, ["008.sql"], false],
    ["not without a mark", undefined, ["008.sql"], false],
  ])("holds %s", (_, found, applied, holds) => {
    expect(isRestored(found, dump, applied)).toBe(holds);
  });
});

describe("a snapshot as text", () => {
  test.each([
    ["740:745:741,743", { xmin: 740n, xmax: 745n, open: [741n, 743n] }],
    ["740:740:", { xmin: 740n, xmax: 740n, open: [] }],
    ["", undefined],
    ["740:745", undefined],
    ["740:745:a", undefined],
  ])("%j is read", (text, found) => {
    expect(parseSnapshot(text)).toEqual(found);
  });
});

describe("the right to put another database in place", () => {
  const owner: Rights = {
    ...{ role: "app", database: "shop", owner: "app", superuser: false, createDatabase: true },
    ...{ owns: true, signals: false, sessions: [], prepared: [] },
  };
  const session = { pid: 7, role: "rest", name: "pool", superuser: false, member: false };

  test.each<[string, Rights]>([
    ["an owner with CREATEDB", owner],
    [
      "a superuser",
      { ...owner, superuser: true, owns: false, createDatabase: false, sessions: [session] },
    ],
    [
      "an owner whose own sessions are in it",
      { ...owner, sessions: [{ ...session, member: true }] },
    ],
    ["an owner who may signal", { ...owner, signals: true, sessions: [session] }],
  ])("has %s", (_, rights) => {
    expect(() => {
      judgeRights(rights);
    }).not.toThrow();
  });

  test.each<[string, Rights, string]>([
    ["CREATEDB is missing", { ...owner, createDatabase: false }, 'ALTER ROLE "app" CREATEDB'],
    ["it is another one's", { ...owner, owner: "boss", owns: false }, 'GRANT "boss" TO "app"'],
    ["others hold it", { ...owner, sessions: [session] }, 'GRANT pg_signal_backend TO "app"'],
    [
      "a superuser holds it",
      { ...owner, signals: true, sessions: [{ ...session, superuser: true }] },
      "end pid 7 (pool, role rest), which only a superuser may end",
    ],
    [
      "transactions were prepared and left",
      { ...owner, superuser: true, prepared: ["tx-1"] },
      "tx-1",
    ],
  ])("is refused before anything is touched where %s, with the way to it", (_, rights, words) => {
    expect(() => {
      judgeRights(rights);
    }).toThrow(words);
  });
});

test("a session that a restore ends is named with where it comes from, so that another gateway's is told", () => {
  const session = { pid: 7, name: "pool", role: "rest" };
  expect(sessionWords({ ...session, client: "10.0.0.5" })).toBe(
    "pid 7 (pool, role rest, from 10.0.0.5)",
  );
  expect(sessionWords({ ...session, client: null })).toBe("pid 7 (pool, role rest)");
});

describe("a proven dump", () => {
  const dump = "smoltbot-prod-20260102t030405z-before-2.0.0.dump.zst";
  const input = { gateway: "smoltbot", stack: "prod", release: "1.2.0", dump };
  const manifest = {
    ...{ proven: true, gateway: "smoltbot", stack: "prod", release: "2.0.0", running: ["1.2.0"] },
    ...{ takenAt: "2026-01-02T03:04:05.678Z", archive: { format: "custom", compression: "zstd" } },
    source: { database: "shop", server: "15.4", encoding: "UTF8" },
    tools: { pgDump: "15.4", pgRestore: "15.4" },
  } as unknown as Manifest;
  const to = {
    ...{ database: "shop", server: "15.18", encoding: "UTF8", pgRestore: "15.18" },
    systemIdentifier: "7001",
  };
  const judged =
    (more: object, name = dump, where: object = {}) =>
    () => {
      judgeDump({ ...input, dump: name }, { ...manifest, ...more }, { ...to, ...where });
    };

  test("of this gateway, database and major is restored, also the second one of a second", () => {
    expect(judged({})).not.toThrow();
    expect(judged({}, dump.replace("2.0.0", "2.0.0.2"))).not.toThrow();
    expect(judged({ running: [] })).not.toThrow();
    expect(judged({ systemIdentifier: "7001" })).not.toThrow();
    expect(
      judged({ systemIdentifier: "7001" }, dump, { systemIdentifier: undefined }),
    ).not.toThrow();
    expect(judged({}, dump, { server: "17.1", pgRestore: "17.1" })).not.toThrow();
  });

  test.each<[string, () => void, string]>([
    ["of another gateway", judged({ gateway: "bamf" }), "it is of bamf in prod"],
    ["of another stack", judged({ stack: "staging" }), "it is of smoltbot in staging"],
    [
      "under another dump's name",
      judged({ takenAt: "2026-01-01T00:00:00Z" }),
      "that of another dump",
    ],
    ["before another release", judged({ release: "2.0.1" }), "that of another dump"],
    [
      "in another form",
      judged({ archive: { format: "plain", compression: "zstd" } }),
      "another dump",
    ],
    [
      "in another packing",
      judged({ archive: { format: "custom", compression: "gzip" } }),
      "another dump",
    ],
    ["of another database", judged({}, dump, { database: "other" }), "it is of database shop"],
    [
      "of a database of that name on another server",
      judged({ systemIdentifier: "7002" }),
      "it is of another server (system identifier 7002) with a database of that name; this server's is 7001",
    ],
    ["of the newer major", judged({ running: ["2.0.0"] }), "which 1.2.0 cannot read"],
    ["in another encoding", judged({}, dump, { encoding: "LATIN1" }), "its texts are in UTF8"],
    ["of a newer server", judged({}, dump, { server: "14.2" }), "taken from PostgreSQL 15.4"],
    ["by a newer pg_dump", judged({}, dump, { pgRestore: "14.2" }), "pg_restore here is 14.2"],
  ])("%s is refused (S-44)", (_, judge, words) => {
    expect(judge).toThrow(words);
  });
});
