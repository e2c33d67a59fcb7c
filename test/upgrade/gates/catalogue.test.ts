import { expect, test } from "vitest";
import type { Catalogue } from "../../../components/upgrade/plan/catalogue";
import { parseCatalogue } from "../../../components/config/read-catalogue";
import { catalogue as ask } from "../../../components/upgrade/gates/catalogue";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.version";
const valuesAt = "gateways:smoltbot.values";
const judge = (entries: string, plan: Plan, values = {}) => {
  const parsed = parseCatalogue(`entries: ${entries}`, "facts.yaml");
  const catalogue: Catalogue = "catalogue" in parsed ? parsed.catalogue : [];
  expect(catalogue.length).toBeGreaterThan(0);
  return ask({ catalogue, plan, values, at, valueAt: (path) => `${valuesAt}.${path}` });
};
const say = (...asked: Parameters<typeof judge>) => spoken(judge(...asked));

const bad = `[{ releases: ">=1.2.1 <1.2.3", knownBad: one answer in five is a 500 }]`;

test("a release that is known to be bad is refused with its reason, its neighbours pass", () => {
  expect(say(bad, step("1.1.0", "1.2.2"))).toEqual([
    `block ${at}: 1.2.2, known to be bad: one answer in five is a 500`,
  ]);
  expect(say(bad, step("1.1.0", "1.2.3"))).toEqual([`pass ${at}: nothing known against 1.2.3`]);
});

test("a bad release is refused with the place where more is said of it, where there is one", () => {
  const told = `[{ releases: "1.2.2", knownBad: a leak, notes: "https://n.example/1.2.2" }]`;
  const fixes = (entries: string) => judge(entries, step("1.1.0", "1.2.2")).map(({ fix }) => fix);
  expect(fixes(bad)).toEqual(["choose another release"]);
  expect(fixes(told)).toEqual(["choose another release; see https://n.example/1.2.2"]);
});

test("a release of which only good is known passes, and so do values that it reads no longer and nobody has set", () => {
  const entries = `[{ releases: "1.2.0", summary: labels, removedValues: [redis.auth], renamedValues: { outpost: edge } }]`;
  expect(say(entries, step("1.1.0", "1.2.0"), { redis: {}, edge: {} })).toEqual([
    `pass ${at}: nothing known against 1.2.0`,
  ]);
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
  const ways = judge(entries, step("1.3.0", "1.3.1"), values);
  expect(ways.map(({ expected, fix }) => [expected, fix])).toEqual([
    ["no such value", "remove it"],
    ["the same under the name edge", `write it as ${valuesAt}.edge`],
  ]);
  expect(say(entries, step("1.0.0", "1.1.0"), values)).toEqual([
    `pass ${at}: nothing known against 1.1.0`,
  ]);
});
