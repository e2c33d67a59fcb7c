import { expect, test } from "vitest";
import { changesNothing } from "../../components/upgrade/changes-nothing";
import type { CoreInput } from "../../components/upgrade/gate-input";
import { observed } from "../../components/upgrade/observation";
import { databaseFacts } from "./gates/facts";
import { step } from "./gates/findings";

const restore = { release: "1.1.0", dump: "before-2.0.0.dump", reason: "2.0.0 loses sessions" };
const ask = (configHash: string, consents = {}, restoredFrom?: string) =>
  changesNothing({
    settings: { consents },
    release: { configHash: "hash" },
    plan: step("1.1.0", "1.1.0"),
    facts: { own: observed({ configHash }), database: databaseFacts({ restoredFrom }) },
  } as unknown as CoreInput);

test("a stack file that asks for what was verified changes nothing", () => {
  expect(ask("hash")).toBe(true);
});

test("a stack file that asks for other objects changes something", () => {
  expect(ask("another")).toBe(false);
});

test("a stack file that asks for a restore changes something, until that restore is done", () => {
  expect(ask("hash", { restore })).toBe(false);
  expect(ask("hash", { restore }, "before-2.0.0.dump")).toBe(true);
});
