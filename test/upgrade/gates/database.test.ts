import { expect, test } from "vitest";
import { judgeRoom } from "../../../components/dumps/judge-room";
import type { DatabaseFacts } from "../../../components/upgrade/facts";
import { database } from "../../../components/upgrade/gates/database";
import { unavailable } from "../../../components/upgrade/observation";
import { databaseFacts } from "./facts";
import { programsBack, spoken, step } from "./findings";

const at = "gateways:smoltbot.backup.database";
const upgrade = step("1.1.0", "1.2.0");
const mebibyte = 1024 ** 2;
const say = (change: Partial<DatabaseFacts>, plan = upgrade, lastDump?: number) =>
  spoken(database({ database: databaseFacts(change), lastDump, plan, at }));
const ready = (tool: string) => [
  `pass ${at}: mnemom on PostgreSQL ${tool}, 100 MiB, with room for its dump`,
];

test("a database that can be dumped and proven passes, with just enough room (S-02)", () => {
  expect(say({})).toEqual(ready("16.4"));
});

test("a newer dump tool passes (S-02)", () => {
  expect(say({ server: "15.18" })).toEqual(ready("15.18"));
});

test.each<[string, Partial<DatabaseFacts>, string]>([
  [
    "a byte too little room",
    { freeBytes: 25 * mebibyte - 1 },
    "25 MiB free where the dump is written",
  ],
  ["an older dump tool", { dumpTool: "15.18" }, "pg_dump 15.18 for PostgreSQL 16.4"],
  [
    "a role that cannot prove the dump",
    { mayCreateDatabase: false },
    "a role that may not create databases beside mnemom",
  ],
  [
    "a pooler in transaction mode",
    { pooled: true },
    "mnemom behind a pooler in transaction mode, where no lock and no snapshot lasts",
  ],
  ["a replica", { readOnly: "replica" }, "mnemom on a replica, which takes no writes"],
  [
    "a server whose disk has filled",
    { readOnly: "everyone" },
    "mnemom whose transactions are read-only by default, for whoever comes",
  ],
  [
    "a role that may only read",
    { readOnly: "role" },
    "a role or connection string whose transactions in mnemom are read-only by default",
  ],
  ["a missing database", { exists: false }, "no database mnemom on PostgreSQL 16.4"],
])("%s stops an upgrade (S-02, T-14)", (_, change, found) => {
  expect(say(change)).toEqual([`block ${at}: ${found}`]);
});

test("everything that is wrong is said at once (law 3)", () => {
  expect(say({ freeBytes: 0, dumpTool: "9.6", mayCreateDatabase: false })).toHaveLength(3);
});

test("before a first install there is nothing to save (S-02)", () => {
  expect(say({ exists: false }, step(undefined, "1.1.0"))).toEqual([
    `pass ${at}: no database mnemom on PostgreSQL 16.4; nothing to save before a first install`,
  ]);
});

test("a database that a killed restore has closed stops everything but the rollback that goes on with it (law 2, S-44)", () => {
  const found = "mnemom lets nobody in, as a restore leaves it that was killed at its last step";
  expect(say({ closed: true })).toEqual([`block ${at}: ${found}`]);
  expect(say({ closed: true }, step("2.0.0", "1.2.0"))).toEqual([`warn ${at}: ${found}`]);
});

test("a dump tool of unknown version is unknown", () => {
  expect(say({ dumpTool: "" })).toEqual([
    `unknown ${at}: pg_dump of unknown version for PostgreSQL 16.4`,
  ]);
});

test("a database that could not be reached is unknown, with the reason (S-02)", () => {
  const look = unavailable("connection refused by 10.0.0.5:5432");
  expect(spoken(database({ database: look, lastDump: undefined, plan: upgrade, at }))).toEqual([
    `unknown ${at}: no look at the database: connection refused by 10.0.0.5:5432`,
  ]);
});

test("a database that only a Job reaches is looked at by the backup step, and lets the plan go on (S-04)", () => {
  expect(spoken(database({ database: undefined, lastDump: undefined, plan: upgrade, at }))).toEqual(
    [
      `warn ${at}: a database that nobody has looked at yet: only a Job inside the cluster reaches it, or its own container, which this run makes or starts`,
    ],
  );
});

test("the room for a dump is reckoned from the last one where there is one, as the step does (S-02)", () => {
  const free = { bytes: 9000 * mebibyte, freeBytes: 30 * mebibyte };
  expect(say(free, upgrade, 20 * mebibyte)[0]).toMatch(/^pass /);
  const [finding] = database({
    database: databaseFacts(free),
    lastDump: 20 * mebibyte + 1,
    plan: upgrade,
    at,
  });
  expect(finding).toMatchObject({
    verdict: "block",
    expected: "31 MiB, since the last dump had 21 MiB",
  });
  const room = { place: "/dumps", free: free.freeBytes, database: free.bytes };
  expect(() => {
    judgeRoom({ ...room, lastDump: 20 * mebibyte });
  }).not.toThrow();
  expect(() => {
    judgeRoom({ ...room, lastDump: 20 * mebibyte + 1 });
  }).toThrow("of room");
});

test("a way back within a major is told what is wrong with the database and not stopped, whatever it is (S-48)", () => {
  const wrong: Partial<DatabaseFacts> = { freeBytes: 0, mayCreateDatabase: false, pooled: true };
  for (const line of say(wrong, programsBack)) expect(line).toMatch(/^warn /);
  expect(say(wrong, programsBack)).toHaveLength(3);
  for (const change of [{ exists: false }, { closed: true }])
    expect(say(change, programsBack)).toEqual([expect.stringMatching(/^warn /)]);
  const look = unavailable("permission denied for database");
  const args = { database: look, lastDump: undefined, plan: programsBack, at };
  expect(spoken(database(args))).toEqual([
    `warn ${at}: no look at the database: permission denied for database`,
  ]);
});

test("what a restore leaves out is told each time (S-02)", () => {
  const args = { database: databaseFacts(), lastDump: undefined, plan: upgrade, at };
  expect(
    spoken(database({ ...args, excluded: ["event trigger audit", "extension pg_cron"] })),
  ).toEqual([
    ...ready("16.4"),
    `warn ${at}: backups that a restore brings back without event trigger audit, extension pg_cron`,
  ]);
});

test("a backup that is taken elsewhere needs no tool, room or right here, and still a session of its own (S-02)", () => {
  const poor = { freeBytes: 0, dumpTool: "9.6", mayCreateDatabase: false };
  const elsewhere = (change: Partial<DatabaseFacts>) =>
    spoken(
      database({
        database: databaseFacts(change),
        lastDump: undefined,
        external: true,
        plan: upgrade,
        at,
      }),
    );
  expect(elsewhere(poor)).toEqual([`pass ${at}: mnemom on PostgreSQL 16.4, 100 MiB`]);
  expect(elsewhere({ ...poor, pooled: true })).toEqual([
    expect.stringMatching(/^block .* behind a pooler in transaction mode/),
  ]);
});

test("a replica is no database to install into, and none for a backup that is taken elsewhere: no lock of it keeps another run away (S-02, S-32)", () => {
  const replica = databaseFacts({ readOnly: "replica", exists: false });
  const args = { database: replica, lastDump: undefined, plan: upgrade, at };
  const found = [`block ${at}: mnemom on a replica, which takes no writes`];
  expect(spoken(database({ ...args, plan: step(undefined, "1.1.0") }))).toEqual(found);
  expect(spoken(database({ ...args, external: true }))).toEqual(found);
});

test("a role that may only read is enough where nothing is written through it: the pods' role migrates (S-02)", () => {
  const args = { lastDump: undefined, plan: upgrade, at };
  for (const readOnly of ["role", "everyone"] as const)
    for (const elsewhere of [{ external: true }, { provesElsewhere: true }])
      expect(
        spoken(database({ ...args, ...elsewhere, database: databaseFacts({ readOnly }) }))[0],
      ).toMatch(readOnly === "role" ? /^warn / : /^block /);
});

test("a disk whose free room cannot be seen stops nothing, and one that is too small is told what the first dump needs (S-02)", () => {
  expect(say({ freeBytes: undefined })).toEqual(ready("16.4"));
  const args = { lastDump: undefined, plan: upgrade, at };
  expect(database({ ...args, database: databaseFacts({ freeBytes: 0 }) })).toMatchObject([
    { expected: "25 MiB for a database of 100 MiB" },
  ]);
});

test("a database that is missing is told as the one of the release that runs (S-02)", () => {
  const look = databaseFacts({ exists: false });
  expect(database({ database: look, lastDump: undefined, plan: upgrade, at })).toMatchObject([
    { expected: "the database that 1.1.0 uses" },
  ]);
});

test("a role that may make no database here is told nothing where the proof is made elsewhere", () => {
  const facts = databaseFacts({ mayCreateDatabase: false });
  const args = { database: facts, lastDump: undefined, plan: upgrade, at };
  expect(spoken(database({ ...args, provesElsewhere: true }))).toEqual(ready("16.4"));
});
