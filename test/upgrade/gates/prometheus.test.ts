import { describe, expect, test } from "vitest";
import type { PrometheusFacts } from "../../../components/upgrade/facts";
import { prometheus } from "../../../components/upgrade/gates/prometheus";
import { observed, unavailable, type Observation } from "../../../components/upgrade/observation";
import { spoken } from "./findings";

const at = "gateways:smoltbot.verify.prometheus";
const say = (look: Observation<PrometheusFacts> | undefined, pods: readonly string[] | undefined) =>
  spoken(prometheus({ look, pods, baselineMinutes: 60, at }));
const facts = (change: Partial<PrometheusFacts>) =>
  observed<PrometheusFacts>({
    scraped: ["a", "b"],
    unreadable: [],
    before: { requests: 1000, errors: 3 },
    ...change,
  });

test("no Prometheus in the stack file is nothing to speak of", () => {
  expect(say(undefined, ["a"])).toEqual([]);
});

test("Prometheus that scrapes every pod passes, and tells what they answered (S-49)", () => {
  expect(say(facts({}), ["a", "b"])).toEqual([
    `pass ${at}: it scrapes every pod of the gateway; 3 of 1000 answers with status 5xx in 60 min`,
  ]);
});

test.each([
  ["before the first install", []],
  ["where the cluster could not be seen", undefined],
])("Prometheus that answers passes %s", (_, pods) => {
  expect(say(facts({ scraped: [] }), pods)).toEqual([
    `pass ${at}: it answers; no pod of the gateway is known yet`,
  ]);
});

describe("an upgrade is warned and never stopped, since monitoring may be out when a repair is needed (S-49):", () => {
  test.each<[string, Observation<PrometheusFacts>, string]>([
    [
      "Prometheus that cannot be asked",
      unavailable("connection refused by prometheus:9090."),
      "Prometheus could not be asked: connection refused by prometheus:9090",
    ],
    ["a pod that it does not scrape", facts({ scraped: ["a", "x"] }), "it does not scrape b"],
    [
      "a pod that it cannot read",
      facts({ scraped: ["a"], unreadable: ["b", "x"] }),
      "it cannot read the metrics of b",
    ],
  ])("%s", (_, look, found) => {
    expect(say(look, ["a", "b"])).toEqual([`warn ${at}: ${found}`]);
  });
});
