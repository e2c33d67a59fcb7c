import { expect, test } from "vitest";
import { schemaHead } from "../../../components/bamf/gates/schema-head";
import { unavailable } from "../../../components/upgrade/observation";
import { databaseFacts } from "../../upgrade/gates/facts";
import { programsBack, spoken, step } from "../../upgrade/gates/findings";
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
    plan: { ...step(from, to), from, running },
    at,
  });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));

test("a schema at the last revision of the running release is well, and what the wanted one adds is told before it is done (B-22, B-28)", () => {
  const [said] = say("0.9.1", "0.10.0", ["a2b3c4d5"]);
  expect(said).toMatch(
    /^warn database bamf: revision a2b3c4d5, the last of 0\.9\.1; 0\.10\.0 adds b3e4d5c6 \(.+\), c4f5a6b7 \(.+\)$/,
  );
});

test.each([
  ["of the wanted release, as a run that was cut off leaves it", "0.9.1", "0.10.0"],
  ["of two releases that have the same", "0.11.0", "0.10.0"],
  ["of one that is left for an older one", "0.10.0", "0.9.1"],
])("a schema at the last revision %s passes, and none is to come (B-22, B-28)", (_, from, to) => {
  const [said] = say(from, to, ["c4f5a6b7"]);
  expect(said).toMatch(/^pass database bamf: revision c4f5a6b7, the last of 0\.1[01]\.0$/);
});

test("a schema that names more than one revision blocks: none of them is where it is, and the schema step would end there (B-22, B-28)", () => {
  expect(say("0.10.0", "0.11.0", ["a2b3c4d5", "c4f5a6b7"])).toEqual([
    `block ${place}: revisions a2b3c4d5 and c4f5a6b7 in alembic_version`,
  ]);
});

test("a schema between the two is gone on with (B-22)", () => {
  expect(say("0.9.1", "0.10.0", ["b3e4d5c6"])).toEqual([
    `warn ${place}: revision b3e4d5c6, between 0.9.1 and 0.10.0`,
  ]);
});

test("a schema that is behind the running release blocks: its migrations are pending, and named (B-22, B-28)", () => {
  expect(say("0.9.1", "0.10.0", ["e7f0a5b4"])).toEqual([
    `block ${place}: revision e7f0a5b4: migrations of 0.9.1 are pending, although it runs: f1a2b3c4, a2b3c4d5`,
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

test("a schema at the very first revision blocks as one that is behind: it is known (B-22)", () => {
  expect(say("0.1.0", "0.10.0", ["181801425e0b"])).toEqual([
    `block ${place}: revision 181801425e0b: migrations of 0.1.0 are pending, although it runs: 698349c0, a3f1b2c4`,
  ]);
});

test("a schema that is newer than the very release that is wanted again blocks, and so it does while the API is stopped (B-22)", () => {
  expect(say("0.9.1", "0.9.1", ["c4f5a6b7"])).toEqual([
    `block ${place}: revision c4f5a6b7, newer than those of 0.9.1 and 0.9.1`,
  ]);
  expect(say("0.8.0", "0.9.1", ["c4f5a6b7"], [])[0]).toMatch(/^block .+, newer than those of/);
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

test("a release without a row is told, not guessed, and both rows are asked for", () => {
  const findings = ask("0.11.0", "0.12.0", ["d7a8b9c0"]);
  expect(spoken(findings)).toEqual([
    `warn ${place}: revision d7a8b9c0, of which the catalogue does not tell the release`,
  ]);
  expect(findings[0]).toMatchObject({
    expected: "a row of 0.11.0 and of 0.12.0 in the catalogue",
  });
});

test("a first install at a schema that is there passes if it is its own, and else is told, with the wanted release alone", () => {
  expect(say(undefined, "0.11.0", ["c4f5a6b7"])[0]).toMatch(/^pass /);
  const findings = ask(undefined, "0.11.0", ["a2b3c4d5"]);
  expect(spoken(findings)).toEqual([
    `warn ${place}: revision a2b3c4d5, of which the catalogue does not tell the release`,
  ]);
  expect(findings[0]).toMatchObject({ expected: "a row of 0.11.0 in the catalogue" });
});

test("no revision passes on a first install, and is told while a release runs", () => {
  expect(say(undefined, "0.11.0", undefined)).toEqual([`pass ${place}: no schema yet`]);
  expect(say("0.11.0", "0.11.0", undefined)).toEqual([
    `warn ${place}: no revision, while 0.11.0 runs`,
  ]);
});

test("a database that only the steps reach passes, and one that cannot be seen is unknown", () => {
  const question = { catalogue: known, plan: step("0.9.1", "0.10.0"), at };
  expect(spoken(schemaHead({ ...question, database: undefined }))[0]).toMatch(/^pass /);
  expect(spoken(schemaHead({ ...question, database: unavailable("refused") }))).toEqual([
    "unknown the database: no look at its revision: refused",
  ]);
});

test.each([
  ["does not answer", unavailable("refused"), "the database: no look at its revision: refused"],
  [
    "names two revisions",
    databaseFacts({ database: "bamf", migrations: ["a2b3c4d5", "c4f5a6b7"] }),
    `${place}: revisions a2b3c4d5 and c4f5a6b7 in alembic_version`,
  ],
])("a database that %s stops no way back that leaves it alone (law 8)", (_, database, words) => {
  const findings = schemaHead({ catalogue: known, database, plan: programsBack, at });
  expect(spoken(findings)).toEqual([`warn ${words}`]);
});
