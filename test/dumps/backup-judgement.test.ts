import { describe, expect, test } from "vitest";
import { backupInputSchema } from "../../components/steps/backup-input";
import { judgeRoom } from "../../components/dumps/judge-room";
import { judgeTools } from "../../components/dumps/judge-tools";
import { manifestSchema } from "../../components/dumps/manifest";
import { formatBytes } from "../../components/dumps/progress";
import { localeClause } from "../../components/postgres/locale";
import { holdsKey, schemaLockKey } from "../../components/postgres/advisory-lock";
import { complaint } from "../../components/postgres/client";

const fitting = {
  ...{ server: "15.18", scratchServer: "15.18" },
  ...{ pgDump: "15.18", pgRestore: "15.18", restoreTool: "pg_restore" },
};
const input = {
  gateway: "smoltbot",
  stack: "prod",
  release: "1.2.0",
  source: { kind: "url" },
  directory: "dumps",
  keep: 3,
  trackingTable: "_schema_migrations",
};

describe("the programs", () => {
  test.each([
    ["the same version", {}],
    ["newer programs", { pgDump: "17.0", pgRestore: "17.0" }],
    ["a newer server for the proof", { scratchServer: "16.1" }],
  ])("that fit are accepted: %s", (_, versions) => {
    expect(() => {
      judgeTools({ ...fitting, ...versions });
    }).not.toThrow();
  });

  test.each([
    ["pg_dump older than the server", { pgDump: "14.9" }, "cannot save a server of version 15.18"],
    ["pg_restore older than pg_dump", { pgDump: "16.1" }, "cannot save a server"],
    ["an older server for the proof", { scratchServer: "14.2" }, "older than the source's 15.18"],
    ["a server of the past", { server: "12.22" }, "from version 13 on"],
  ])("that do not fit are refused: %s", (_, versions, words) => {
    expect(() => {
      judgeTools({ ...fitting, ...versions });
    }).toThrow(words);
  });
});

describe("the room", () => {
  const room = { place: "/dumps", free: 100e6, database: 400e6, lastDump: undefined };
  test.each([
    ["a quarter of the database", {}],
    [
      "half as much again as the last dump, however large the database",
      { lastDump: 66e6, database: 9e9 },
    ],
  ])("is enough with %s", (_, more) => {
    expect(() => {
      judgeRoom({ ...room, ...more });
    }).not.toThrow();
  });
  test("is refused below that, with both figures", () => {
    expect(() => {
      judgeRoom({ ...room, lastDump: 100e6 });
    }).toThrow("/dumps has 100 MB of room, and the dump may need 150 MB");
  });
});

describe("what the step is told", () => {
  test("gets its defaults", () => {
    expect(backupInputSchema.parse(input)).toMatchObject({
      trackingTable: "_schema_migrations",
      format: "custom",
    });
  });
  test.each([
    ["an unknown key", { retention: 3 }],
    ["a stack that leads out of the directory", { stack: "../prod" }],
    ["a table that is a statement", { trackingTable: "a; DROP TABLE b" }],
    ["no dump to keep", { keep: 0 }],
    ["a connection string among its values", { source: { kind: "url", url: "postgres://" } }],
  ])("is refused with %s", (_, more) => {
    expect(backupInputSchema.safeParse({ ...input, ...more }).success).toBe(false);
  });
});

test("a manifest without its proof is none", () => {
  expect(manifestSchema.safeParse({ proven: false }).success).toBe(false);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [123_456_789, "123 MB"],
  [1_400_000_000, "1.4 GB"],
])("%d bytes read as %s", (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test.each([
  [
    "psql",
    'psql: error: connection to server at "db", port 1 failed: refused\n\tIs it running?\n',
    'connection to server at "db", port 1 failed: refused',
  ],
  [
    "pg_dump",
    "pg_dump: warning: x\npg_dump: error: query failed: ERROR:  no\npg_dump: detail: y\n",
    "query failed: ERROR:  no",
  ],
  ["a statement", "psql:<stdin>:3: ERROR:  no such thing\nLINE 1: x\n", "no such thing"],
  ["another program", "zstd: it broke\n", "zstd: it broke"],
  ["silence", "", ""],
])("the complaint of %s is one line", (_, said, words) => {
  expect(complaint(said)).toBe(words);
});

test("a scratch database is made with the source's locale, of libc or of ICU", () => {
  const locale = { encoding: "UTF8", datcollate: "de_DE", datctype: "C", datlocprovider: "c" };
  const libc = "ENCODING 'UTF8' LC_COLLATE 'de_DE' LC_CTYPE 'C'";
  expect(localeClause(locale)).toBe(libc);
  expect(localeClause({ ...locale, datlocprovider: "i", daticulocale: "und" })).toBe(
    `${libc} LOCALE_PROVIDER icu ICU_LOCALE 'und'`,
  );
});

test("the schema lock is that of a database: gateways that share one migrate one after the other", () => {
  expect(schemaLockKey).toEqual({ classid: 8910293, objid: 3497923578 });
  expect(holdsKey(schemaLockKey)).toContain("current_database()");
});
