import { expect, test } from "vitest";
import { releaseRules } from "../../../components/smoltbot/release-rules";
import { connectionUrls } from "../../../components/upgrade/gates/connection-urls";
import { spoken } from "./findings";

const at = "gateways:smoltbotSecrets";
const say = (values: Readonly<Record<string, string>>) =>
  spoken(connectionUrls({ values, rules: releaseRules.urlRules, at }));

test("URLs as their readers take them pass, and what is not set is not asked for", () => {
  const values = {
    SUPABASE_URL: "https://db.example",
    POSTGRES_URL: "postgres://u:p%2Fw@db:6432/x",
    REDIS_URL: "rediss://cache",
  };
  expect(say(values)).toEqual([
    `pass ${at}: URLs in the form that their readers take: SUPABASE_URL, POSTGRES_URL, REDIS_URL`,
  ]);
  expect(say({ REDIS_URL: " " })).toEqual([
    `pass ${at}: URLs in the form that their readers take: none is set`,
  ]);
});

test.each([
  [
    "SUPABASE_URL",
    "http://hush:5432/x",
    "a URL at port 5432, which is PostgreSQL's own and speaks no HTTP",
  ],
  ["SUPABASE_URL", "postgresql://hush/x", "a URL of the scheme postgresql"],
  ["POSTGRES_URL", "https://hush", "a URL of the scheme https"],
  ["POSTGRES_URL", "postgresql://hush:hu/sh@db/x", "a text that cannot be read as a URL"],
  ["REDIS_URL", "hush:6379", "a URL of the scheme hush"],
  ["OTLP_ENDPOINT", "hush", "a text that cannot be read as a URL"],
])("%s that leads to the wrong place is refused in words (T-03)", (key, url, found) => {
  expect(say({ [key]: url })).toEqual([`block ${at}.${key}: ${found}`]);
});

test("neither host nor password of a URL is ever shown", () => {
  const findings = connectionUrls({
    values: {
      SUPABASE_URL: "http://u:hunter2@host.example:5432",
      POSTGRES_URL: "http://u:hunter2@h",
    },
    rules: releaseRules.urlRules,
    at,
  });
  expect(findings).toHaveLength(2);
  expect(JSON.stringify(findings)).not.toMatch(/hunter2|host\.example/);
});
