import { expect, test } from "vitest";
import { behaviourChanges } from "../../../components/bamf/gates/behaviour-changes";
import { planHop } from "../../../components/bamf/hop";
import type { Values } from "../../../components/upgrade/values";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

const [at, valuesAt] = ["gateways:bamf.version", "gateways:bamf.values"];
const ask = (from: string | undefined, to: string, values: Values = {}) =>
  behaviourChanges({
    catalogue: known,
    hop: from === undefined ? undefined : planHop(known, { from, to }),
    values,
    at,
    valuesAt,
  });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));

test("rows that a release begins to delete are told with the value that decides it (T-36)", () => {
  const findings = ask("0.8.5", "0.9.1");
  expect(spoken(findings)).toEqual([
    `warn ${valuesAt}.core.api.config.audit.retention_days: no value, while 0.8.6 changes this: the API deletes rows of audit_logs older than retention_days, 90 by default, where it only said so; 0 keeps all; the first time 6 h after its start`,
  ]);
  expect(findings[0]?.expected).toContain("before rows of audit_logs are deleted");
});

test("a change that somebody has decided passes, be it by the default (T-36)", () => {
  const values = { core: { api: { config: { audit: { retention_days: 90 } } } } };
  expect(say("0.8.5", "0.9.1", values)).toEqual([
    `pass ${at}: 3 releases on the way, nothing undecided`,
  ]);
});

test("a value is told by the name that the wanted release gives it", () => {
  const [said] = say("0.7.0", "0.10.0", {
    core: { api: { config: { audit: { retention_days: 0 } } } },
  });
  expect(said).toMatch(
    /^warn gateways:bamf\.values\.edge\.bridge\.bootstrap\.tokenSecret: no value/,
  );
});

test.each([
  ["a first install", undefined, "0.11.0", "first install: no behaviour to keep"],
  ["the way back", "0.9.1", "0.8.5", "no newer release on the way, which could behave otherwise"],
  ["no change", "0.9.1", "0.9.1", "no newer release on the way, which could behave otherwise"],
])("%s passes", (_, from, to, said) => {
  expect(say(from, to)).toEqual([`pass ${at}: ${said}`]);
});

test("of a release without a row it is said that nothing is known", () => {
  expect(say("0.11.0", "0.12.0")).toEqual([
    `warn ${at}: what changes on the way is not known: 0.12.0 is not in the catalogue: read chart and image`,
  ]);
});
