import { expect, test } from "vitest";
import type { DatabaseFacts, ScratchFacts } from "../../../components/upgrade/facts";
import { scratch, type ScratchArgs } from "../../../components/upgrade/gates/scratch";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { databaseFacts } from "./facts";
import { programsBack, spoken, step } from "./findings";

const at = "gateways:smoltbot.backup.scratch";
const mebibyte = 1024 ** 2;
const say = (database: Partial<DatabaseFacts>, change: Partial<ScratchArgs> = {}) =>
  spoken(
    scratch({
      plan: step("1.1.0", "1.2.0"),
      database: databaseFacts(database),
      scratch: undefined,
      largestUnseen: 100 * mebibyte,
      at,
      urlAt: "gateways:smoltbotScratchUrl",
      ...change,
    }),
  );
const needed = 205 * mebibyte;
const large = { bytes: 100 * mebibyte + 1, copyRoom: { free: undefined, needed } };
const another = (change: Partial<ScratchFacts> = {}) => ({
  scratch: observed<ScratchFacts>({
    server: "16.4",
    mayCreateDatabase: true,
    free: 200 * mebibyte,
    wal: { limit: 1024 * mebibyte, isHeld: false },
    ...change,
  }),
});

test("the live server is taken where the copy, its log and what is written meanwhile fit (S-02)", () => {
  expect(say({ copyRoom: { free: needed, needed } })).toEqual([
    `pass ${at}: 205 MiB free on the live server`,
  ]);
  expect(say({ copyRoom: { free: needed - 1, needed } })).toEqual([
    `block ${at}: 205 MiB free on the live server`,
  ]);
});

test("room that nobody can see is taken for enough up to a size, and above it with the operator's word for this release (S-02, law 5)", () => {
  const found = (size: number) =>
    `a database of ${size} MiB on a server whose free room nobody can see from here`;
  expect(say({ copyRoom: { free: undefined, needed } })).toEqual([`pass ${at}: ${found(100)}`]);
  expect(say(large)).toEqual([`block ${at}: ${found(101)}`]);
  const consent = { release: "1.2.0", reason: "900 GB free, seen at the host" };
  expect(say(large, { consent })).toEqual([
    `warn ${at}: ${found(101)}; with the operator's consent: 900 GB free, seen at the host`,
  ]);
  expect(say(large, { consent: { ...consent, release: "1.3.0" } })).toEqual([
    expect.stringMatching(/^block /),
  ]);
});

test("a database at which only the step can look, or that is not there, is for the step to judge", () => {
  const found = [`pass ${at}: the server of the database itself, at which the step looks`];
  for (const database of [undefined, unavailable("refused"), databaseFacts({ exists: false })])
    expect(say({}, { database })).toEqual(found);
});

test("another server spares the live one, however little can be seen of that (S-02)", () => {
  expect(say(large, another({ free: 201 * mebibyte }))).toEqual([
    `pass ${at}: 201 MiB free on the server for the proof`,
  ]);
  expect(say(large, another({ free: undefined }))).toEqual([
    `pass ${at}: PostgreSQL 16.4, another server, whose room nobody can see`,
  ]);
  expect(say({}, { ...another(), database: undefined })).toEqual([
    `pass ${at}: PostgreSQL 16.4, another server`,
  ]);
});

test.each<[string, Partial<ScratchFacts>, string]>([
  ["too small", { free: 200 * mebibyte - 1 }, "200 MiB free on the server for the proof"],
  [
    "older than the live one",
    { server: "15.9" },
    "PostgreSQL 15.9 for the proof of a database on PostgreSQL 16.4",
  ],
  [
    "one where the role may make no database",
    { mayCreateDatabase: false },
    "a role that may not create databases on the server for the proof",
  ],
])("another server that is %s is refused (S-02)", (_, change, found) => {
  expect(say({}, another(change))).toEqual([`block ${at}: ${found}`]);
});

test("another server that cannot be asked is unknown, and stops no way back that needs no dump", () => {
  const look = { scratch: unavailable("connection refused") };
  const found = "no look at the server for the proof: connection refused";
  expect(say({}, look)).toEqual([`unknown ${at}: ${found}`]);
  expect(say({}, { ...look, plan: programsBack })).toEqual([`warn ${at}: ${found}`]);
});
