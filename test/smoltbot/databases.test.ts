import { expect, test } from "vitest";
import { databasesNamed } from "../../components/smoltbot/database-source";
import { askGates } from "../../components/upgrade/gate";
import type { CoreInput } from "../../components/upgrade/gate-input";
import { upgradeGates } from "../../components/upgrade/gates/list";
import { observed } from "../../components/upgrade/observation";
import { step } from "../upgrade/gates/findings";
import { exampleSmoltbot } from "./example";

const input = (
  name: string,
  used: string,
  database: unknown = "url",
  databaseUrl?: string,
): CoreInput => {
  const settings = exampleSmoltbot({ backup: { database } });
  const secrets = { POSTGRES_URL: used, OWNER_URL: "postgres://owner@db/owned" };
  return {
    name,
    databases: databasesNamed({ settings, secrets, databaseUrl }),
    facts: { store: observed({ words: "/dumps", dumps: 0 }) },
    plan: step("1.1.0", "1.2.0"),
  } as unknown as CoreInput;
};

const gates = upgradeGates.filter(({ name }) => /^(one|shared)-database$/.test(name));
const ask = (asked: CoreInput, ...others: readonly CoreInput[]) =>
  askGates(gates, asked, [asked, ...others]);
const verdicts = (asked: CoreInput, ...others: readonly CoreInput[]) =>
  ask(asked, ...others).map(({ gate, verdict }) => `${gate} ${verdict}`);

const pods = "postgres://pods:hush@db.internal:6432/shop";

test.each<[string, CoreInput, string]>([
  ["a URL of another name", input("a", pods, "url", "postgres://me@db/empty"), "block"],
  ["a URL of the same name", input("a", pods, "url", "postgres://me@db/shop"), "warn"],
  ["a pod of another name", input("a", pods, { pod: "db", database: "mnemom" }), "block"],
  [
    "a Job with the pods' own key",
    input("a", pods, { job: { secretKey: "POSTGRES_URL" } }),
    "pass",
  ],
  [
    "a Job with a key of another database",
    input("a", pods, { job: { secretKey: "OWNER_URL" } }),
    "block",
  ],
  ["a text that is no URL", input("a", "hush", "url", "postgres://me@db/shop"), "pass"],
])("a backup through %s is compared with what the pods use (S-02)", (_, asked, verdict) => {
  expect(verdicts(asked)).toEqual([`one-database ${verdict}`, "shared-database pass"]);
});

test("two gateways with one connection are refused, and no finding repeats its password (law 6)", () => {
  const [one, two] = [input("a", pods), input("b", pods)];
  expect(verdicts(one, two)).toContain("shared-database block");
  expect(JSON.stringify(ask(one, two))).not.toContain("hush");
});
