import { expect, test } from "vitest";
import { agentUnit } from "../../../components/hosts/gates/agent-unit";
import { spoken } from "../../upgrade/gates/findings";
import { agent, seen } from "../agents";

const { unit } = agent();
const say = (...changes: readonly Parameters<typeof seen>[1][]) =>
  spoken(agentUnit({ hosts: changes.map((change, index) => seen(`c${index + 1}`, change)) }));

test("units that are enabled and active pass, with the paths that they start (T-32, T-43)", () => {
  expect(say({}, { binary: "/usr/local/bin/bamf-agent" })).toEqual([
    "pass 2 hosts: enabled and active, from /usr/bin/bamf-agent, /usr/local/bin/bamf-agent",
  ]);
});

test("a unit that is disabled, down, or not there, and one that starts no file, stop the rollout (T-32, T-43)", () => {
  expect(
    say(
      { unit: { ...unit, enabled: "disabled" } },
      { unit: { ...unit, state: "failed" } },
      { unit: { ...unit, isThere: false } },
      { binary: undefined },
    ),
  ).toEqual([
    "block host c1: the unit is disabled",
    "block host c2: the unit is failed",
    "block host c3: no such unit",
    "block host c4: a unit whose ExecStart names no file that is there",
  ]);
});
