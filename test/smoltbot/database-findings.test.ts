import { expect, test } from "vitest";
import { databaseFindings } from "../../components/smoltbot/database-findings";
import type { GateInput } from "../../components/smoltbot/gate-input";
import { observed } from "../../components/upgrade/observation";
import { step } from "../upgrade/gates/findings";

const question = (
  name: string,
  used: string,
  database: unknown = "url",
  saved?: string,
): GateInput =>
  ({
    config: {
      name,
      settings: { backup: { database, unseenRoomGiB: 10 }, consents: {} },
      secrets: { POSTGRES_URL: used, OWNER_URL: "postgres://owner@db/owned" },
      databaseUrl: saved,
    },
    facts: { store: observed({ words: "/dumps", dumps: 0 }) },
    plan: step("1.1.0", "1.2.0"),
  }) as unknown as GateInput;

const verdicts = (asked: GateInput, ...others: readonly GateInput[]) =>
  databaseFindings(asked, [asked, ...others])
    .filter(({ gate }) => gate !== "scratch")
    .map(({ gate, verdict }) => `${gate} ${verdict}`);

const pods = "postgres://pods:hush@db.internal:6432/shop";

test.each<[string, GateInput, string]>([
  ["a URL of another name", question("a", pods, "url", "postgres://me@db/empty"), "block"],
  ["a URL of the same name", question("a", pods, "url", "postgres://me@db/shop"), "warn"],
  ["a pod of another name", question("a", pods, { pod: "db", database: "mnemom" }), "block"],
  [
    "a Job with the pods' own key",
    question("a", pods, { job: { secretKey: "POSTGRES_URL" } }),
    "pass",
  ],
  [
    "a Job with a key of another database",
    question("a", pods, { job: { secretKey: "OWNER_URL" } }),
    "block",
  ],
  ["a text that is no URL", question("a", "hush", "url", "postgres://me@db/shop"), "pass"],
])("a backup through %s is compared with what the pods use (S-02)", (_, asked, verdict) => {
  expect(verdicts(asked)).toEqual([
    "backup-store pass",
    "external-backup pass",
    `one-database ${verdict}`,
    "shared-database pass",
  ]);
});

test("two gateways with one connection are refused, and no finding repeats its password (law 6)", () => {
  const [one, two] = [question("a", pods), question("b", pods)];
  expect(verdicts(one, two)).toContain("shared-database block");
  expect(JSON.stringify(databaseFindings(one, [one, two]))).not.toContain("hush");
});
