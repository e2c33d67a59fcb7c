import { expect, test } from "vitest";
import type { Catalogue } from "../../../components/upgrade/plan/catalogue";
import { parseCatalogue } from "../../../components/config/read-catalogue";
import { catalogue as ask } from "../../../components/upgrade/gates/catalogue";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.version";
const valuesAt = "gateways:smoltbot.values";
const say = (entries: string, plan: Plan, values = {}) => {
  const parsed = parseCatalogue(`entries: ${entries}`, "facts.yaml");
  const catalogue: Catalogue = "catalogue" in parsed ? parsed.catalogue : [];
  expect(catalogue.length).toBeGreaterThan(0);
  return spoken(ask({ catalogue, plan, values, at, valuesAt }));
};

const bad = `[{ releases: ">=1.2.1 <1.2.3", knownBad: one answer in five is a 500 }]`;

test("a release that is known to be bad is refused with its reason, its neighbours pass", () => {
  expect(say(bad, step("1.1.0", "1.2.2"))).toEqual([
    `block ${at}: 1.2.2, known to be bad: one answer in five is a 500`,
  ]);
  expect(say(bad, step("1.1.0", "1.2.3"))).toEqual([`pass ${at}: nothing known against 1.2.3`]);
});

test("whoever goes back to a bad release is told so and let through", () => {
  expect(say(bad, step("1.3.0", "1.2.1"))).toEqual([
    `warn ${at}: 1.2.1, known to be bad: one answer in five is a 500`,
  ]);
});

test("values that a release reads no longer are refused with their new name, and not shown (S-23)", () => {
  const entries = `[{ releases: "1.2.0", removedValues: [redis.auth], renamedValues: { outpost: edge } }]`;
  const values = { redis: { auth: "hush" }, outpost: { name: "hush" } };
  const findings = say(entries, step("1.3.0", "1.3.1"), values);
  expect(findings).toEqual([
    `block ${valuesAt}.redis.auth: a value that 1.3.1 does not read`,
    `block ${valuesAt}.outpost: a value that 1.3.1 does not read`,
  ]);
  expect(findings.join()).not.toContain("hush");
  expect(say(entries, step("1.0.0", "1.1.0"), values)).toEqual([
    `pass ${at}: nothing known against 1.1.0`,
  ]);
});
