import { expect, test } from "vitest";
import type { Values } from "../../../components/upgrade/values";
import { valuesDiff } from "../../../components/kubernetes/gates/values-diff";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbot.values";
const say = (values: Values, after: Values, before?: Values, required: readonly string[] = []) =>
  spoken(valuesDiff({ values, after, before, open: [], required, at }));

test("values that the target chart has pass, and new ones are counted (S-22, S-23)", () => {
  expect(say({ a: 2 }, { a: 1, b: 1 }, { a: 1 })).toEqual([
    `pass ${at}: values that the target chart has, no changed default, 1 new one`,
  ]);
});

test("without the chart before, that is said (S-22)", () => {
  expect(say({ a: 2 }, { a: 1 })).toEqual([
    `pass ${at}: values that the target chart has; the defaults before are not at hand`,
  ]);
});

test("a value that would get lost is refused, and its content is not shown (S-23)", () => {
  expect(say({ outpost: { name: "hush" } }, { edge: {} }, { outpost: { name: "" } })).toEqual([
    `block ${at}.outpost: a value that the target chart no longer has`,
  ]);
});

test("a plain value that Helm would pass over is refused (S-23)", () => {
  expect(say({ a: "hush" }, { a: { b: 1 } }, { a: { b: 1 } })).toEqual([
    `block ${at}.a: a plain value where the target chart has a map; Helm keeps the map`,
  ]);
});

test("a value that the target release needs is refused while nobody sets it (S-24)", () => {
  const after = { url: " ", count: 0, on: false };
  const required = ["url", "count", "on", "key.name"];
  expect(say({}, after, after, required)).toEqual([
    `block ${at}.url: no value`,
    `block ${at}.key.name: no value`,
  ]);
  expect(say({ url: "u", key: { name: "k" } }, { ...after, key: {} }, undefined, required)).toEqual(
    [`pass ${at}: values that the target chart has; the defaults before are not at hand`],
  );
});

test("unknown values and changed defaults are told, with keys that can be read (S-06, S-23)", () => {
  const before = { "a.b/c": 1, list: [] };
  expect(say({ typo: 1 }, { "a.b/c": 2, list: ["x".repeat(80)] }, before)).toEqual([
    `warn ${at}.typo: a value that the chart does not name`,
    `warn ${at}."a.b/c": a default that changes from 1 to 2`,
    `warn ${at}.list: a default that changes from [] to ["${"x".repeat(58)}...`,
  ]);
});
