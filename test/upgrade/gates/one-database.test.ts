import { expect, test } from "vitest";
import { oneDatabase, type OneDatabaseArgs } from "../../../components/upgrade/gates/one-database";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { databaseFacts } from "./facts";
import { programsBack, spoken, step } from "./findings";

const at = "gateways:smoltbotDatabaseUrl";
const identity = { oid: "16384", started: "1764000000.000001" };
const clean: OneDatabaseArgs = {
  plan: step("1.1.0", "1.2.0"),
  saved: "shop",
  used: "shop",
  database: databaseFacts({ identity }),
  pods: observed(identity),
  sameKey: false,
  at,
  usedAt: "gateways:smoltbotSecrets.POSTGRES_URL",
};
const say = (change: Partial<OneDatabaseArgs> = {}) => spoken(oneDatabase({ ...clean, ...change }));
const far = unavailable("could not translate host name.");

test.each<[string, Partial<OneDatabaseArgs>, string]>([
  [
    "that is the same on the same server",
    {},
    "shop is the database that the pods use, on the same server",
  ],
  [
    "under a pooler's alias that leads to the same one",
    { used: "alias" },
    "shop is the database that the pods use, on the same server",
  ],
  [
    "whose connection both take from one key",
    { sameKey: true, saved: "other" },
    "the backup takes its connection from the key that the pods use",
  ],
  [
    "that the stack file names once",
    { saved: undefined, pods: far },
    "no two connections to compare",
  ],
  [
    "that does not exist yet, of one name",
    { database: databaseFacts({ exists: false }), pods: far },
    "database shop on both sides, and it does not exist yet",
  ],
])("a database %s passes (S-02, law 4)", (_, change, found) => {
  expect(say(change)).toEqual([`pass ${at}: ${found}`]);
});

test.each<[string, Partial<OneDatabaseArgs>, string]>([
  [
    "another name, and nobody can look",
    { used: "real", pods: far },
    "the backup would save database shop, and the migration would change database real",
  ],
  [
    "another name, and only a step can look",
    { used: "real", database: undefined, pods: undefined },
    "the backup would save database shop, and the migration would change database real",
  ],
  [
    "another database of the same server",
    { used: "real", pods: observed({ ...identity, oid: "16385" }) },
    "the backup would save database shop (oid 16384), and the migration would change database real (oid 16385) of that server",
  ],
  [
    "one that is there, while the saved one is not",
    { database: databaseFacts({ exists: false }) },
    "the backup would save database shop, which does not exist on its server, and the migration would change database shop, which does on theirs",
  ],
  [
    "one that is there under another name, while the saved one is not",
    { used: "real", database: databaseFacts({ exists: false }) },
    "the backup would save database shop, which does not exist on its server, and the migration would change database real, which does on theirs",
  ],
  [
    "a database of that name and number on a copy of the server",
    { pods: observed({ ...identity, started: "1764000000.000002" }) },
    "the backup would save database shop of one server, and the migration would change database shop of another server, or of a copy of it",
  ],
])("pods that use %s stop the upgrade before anything is saved (S-02)", (_, change, found) => {
  expect(say(change)).toEqual([`block ${at}: ${found}`]);
});

test("servers that could not be compared are told, with the reason", () => {
  expect(say({ pods: far })).toEqual([
    `warn ${at}: database shop on both sides, on servers that could not be compared: could not translate host name`,
  ]);
  expect(say({ database: unavailable("refused") })).toEqual([
    `warn ${at}: database shop on both sides, on servers that could not be compared: the two cannot be asked from here at one time`,
  ]);
});

test("two databases are told and stop no way back that leaves both alone (S-48)", () => {
  expect(say({ plan: programsBack, pods: observed({ ...identity, oid: "16385" }) })).toEqual([
    expect.stringMatching(/^warn .*the backup would save/),
  ]);
});
