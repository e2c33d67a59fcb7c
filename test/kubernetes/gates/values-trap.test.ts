import { expect, test } from "vitest";
import { releaseRules } from "../../../components/smoltbot/release-rules";
import { valuesTrap } from "../../../components/kubernetes/gates/values-trap";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbot.values";
const say = (values: Readonly<Record<string, unknown>>) =>
  spoken(valuesTrap({ values, traps: releaseRules.valueTraps, at }));

test("values that do what they say pass (T-08)", () => {
  expect(say({ resources: {}, image: { repository: "mirror/gateway" }, redis: null })).toEqual([
    `pass ${at}: no value that does nothing`,
  ]);
});

test("databases that no template deploys are told (T-08)", () => {
  expect(say({ redis: { enabled: true }, postgresql: {} })).toEqual([
    `warn ${at}.redis: a value, but no template reads it and no Redis is deployed`,
    `warn ${at}.postgresql: a value, but no template reads it and no database is deployed`,
  ]);
});

test("values that are decided elsewhere are told, and no secret is shown (T-07, T-16)", () => {
  expect(say({ image: { tag: "1.0.0" }, secrets: { values: { KEY: "hush" } } })).toEqual([
    `warn ${at}.secrets: a value, but the program brings its own Secret`,
    `warn ${at}.image.tag: a value, but version decides it`,
  ]);
});

test("a value of another shape than its trap springs nothing", () => {
  expect(say({ image: "gateway" })).toEqual([`pass ${at}: no value that does nothing`]);
});
