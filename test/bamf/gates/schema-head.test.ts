import { expect, test } from "vitest";
import { schemaHead } from "../../../components/bamf/gates/schema-head";
import { unavailable } from "../../../components/upgrade/observation";
import { databaseFacts } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

const at = "gateways:bamf.version";
const place = "database bamf";
const ask = (
  from: string | undefined,
  to: string,
  migrations: readonly string[] | undefined,
  running = from === undefined ? [] : [from],
) =>
  schemaHead({
    catalogue: known,
    database: databaseFacts({ database: "bamf", migrations }),
    ...{ from, running, to, at },
  });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));

test.each([
  ["the running release", "a2b3c4d5", "0.9.1"],
  ["the wanted release, as a run that was cut off leaves it", "c4f5a6b7", "0.10.0"],
])("a schema at the last revision of %s passes (B-22)", (_, head, version) => {
  expect(say("0.9.1", "0.10.0", [head])).toEqual([
    `pass ${place}: revision ${head}, the last of ${version}`,
  ]);
});

test("a schema between the two is gone on with (B-22)", () => {
  expect(say("0.9.1", "0.10.0", ["b3e4d5c6"])).toEqual([
    `warn ${place}: revision b3e4d5c6, between 0.9.1 and 0.10.0`,
  ]);
});

test("a schema that is behind the running release blocks: its migrations are pending (B-22)", () => {
  expect(say("0.9.1", "0.10.0", ["f1a2b3c4"])).toEqual([
    `block ${place}: revision f1a2b3c4: migrations of 0.9.1 are pending, although it runs`,
  ]);
});

test("a schema that a way down has left behind, cut off with the API stopped, is gone on with (B-29)", () => {
  expect(say("0.10.0", "0.10.0", ["a2b3c4d5"], [])).toEqual([
    `warn ${place}: revision a2b3c4d5: migrations of 0.10.0 are pending`,
  ]);
  expect(say("0.10.0", "0.11.0", ["a2b3c4d5"], [])[0]).toMatch(/^warn /);
  expect(say("0.10.0", "0.11.0", ["a2b3c4d5"])[0]).toMatch(/^block /);
});

test("a schema that is behind the very release that is wanted again is migrated by this run, which the block of an upgrade asks for", () => {
  expect(say("0.9.1", "0.9.1", ["f1a2b3c4"])[0]).toMatch(/^warn /);
});

test("a schema that is newer than both blocks (B-22)", () => {
  expect(say("0.8.0", "0.9.1", ["c4f5a6b7"])).toEqual([
    `block ${place}: revision c4f5a6b7, newer than those of 0.8.0 and 0.9.1`,
  ]);
});

test("a revision that no release has blocks (B-22)", () => {
  expect(say("0.9.1", "0.10.0", ["deadbeef"])).toEqual([
    `block ${place}: revision deadbeef, which no release of the catalogue has`,
  ]);
});

test("a release without a row is told, not guessed", () => {
  expect(say("0.11.0", "0.12.0", ["d7a8b9c0"])).toEqual([
    `warn ${place}: revision d7a8b9c0, of which the catalogue does not tell the release`,
  ]);
});

test("no revision passes on a first install, and is told while a release runs", () => {
  expect(say(undefined, "0.11.0", undefined)).toEqual([`pass ${place}: no schema yet`]);
  expect(say("0.11.0", "0.11.0", undefined)).toEqual([
    `warn ${place}: no revision, while 0.11.0 runs`,
  ]);
});

test("a database that only the steps reach passes, and one that cannot be seen is unknown", () => {
  const question = { catalogue: known, from: "0.9.1", running: [], to: "0.10.0", at };
  expect(spoken(schemaHead({ ...question, database: undefined }))[0]).toMatch(/^pass /);
  expect(spoken(schemaHead({ ...question, database: unavailable("refused") }))).toEqual([
    "unknown the database: no look at its revision: refused",
  ]);
});
