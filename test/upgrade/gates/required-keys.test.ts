import { expect, test } from "vitest";
import { releaseRules } from "../../../components/smoltbot/release-rules";
import { requiredKeys } from "../../../components/upgrade/gates/required-keys";
import { spoken } from "./findings";

const at = "gateways:smoltbotSecrets";
const required = ["URL", "KEY"];

test("all keys with a value pass (S-24)", () => {
  expect(spoken(requiredKeys({ values: { URL: "u", KEY: "k" }, required, at }))).toEqual([
    `pass ${at}: all 2 required keys`,
  ]);
});

test("missing and blank keys are refused, each by name, and no value is shown (S-24)", () => {
  expect(spoken(requiredKeys({ values: { URL: " ", other: "hush" }, required, at }))).toEqual([
    `block ${at}.URL: a blank value`,
    `block ${at}.KEY: no such key`,
  ]);
});

test("smoltbot's scheduler and its migration each need a key that neither chart nor compose names (T-02, T-05)", () => {
  const values = { SUPABASE_URL: "a", SUPABASE_KEY: "b", ANTHROPIC_API_KEY: "c" };
  expect(spoken(requiredKeys({ values, required: releaseRules.requiredKeys, at }))).toEqual([
    `block ${at}.SUPABASE_JWT_SECRET: no such key`,
    `block ${at}.POSTGRES_URL: no such key`,
  ]);
});
