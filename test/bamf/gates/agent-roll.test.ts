import { expect, test } from "vitest";
import { cordonKeys } from "../../../components/bamf/cordon-keys";
import {
  agentRoll,
  fewerAgents,
  type FewerAgentsArgs,
} from "../../../components/bamf/gates/agent-roll";
import type { SessionSettings } from "../../../components/bamf/sessions/bridge-roll";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

const at = (setting: string) => `gateways:bamf.${setting}`;
const ask = ({ cordon = true, rolls = true, api = "0.11.0" } = {}) =>
  spoken(
    agentRoll({
      roll: {
        sessions: { policy: "stop", limitMinutes: 30, cordon, guard: true },
        cut: undefined,
        version: "0.11.0",
      },
      keys: cordonKeys(known, { api, bridge: "0.11.0" }),
      rolls,
      at,
    }),
  );

test("what a roll of the agents does to tunnels, and what it writes, is said before anything is touched (T-39, B-35)", () => {
  const [said = ""] = ask();
  expect(said).toContain(
    "warn gateways:bamf.sessions: a roll of the agents: all new agents come up beside the old ones",
  );
  expect(said).toContain("marked as draining in the product's Redis");
  expect(said).toContain("the stop of an agent cuts each tunnel through it");
  expect(said).not.toContain("nobody vouches");
});

test("where nothing may be written it says so, and why: new tunnels are not kept off the old agents", () => {
  expect(ask({ cordon: false })[0]).toContain("new tunnels are not kept off the old ones");
  expect(ask({ api: "0.2.0" })[0]).toContain("new tunnels are not kept off the old ones");
  expect(ask({ api: "0.2.0" })[0]).toContain("nobody vouches: 0.2.0");
});

test("where the stack file wants no cordon, nobody is said not to vouch for its keys", () => {
  expect(ask({ cordon: false })[0]).not.toContain("nobody vouches");
  expect(ask({ cordon: false, api: "0.2.0" })[0]).not.toContain("nobody vouches");
});

test("where no agent would be replaced it passes", () => {
  expect(ask({ rolls: false })).toEqual([
    "pass gateways:bamf.sessions: no agent that would be replaced",
  ]);
});

const told = (...tunnels: readonly (number | undefined)[]) =>
  observed({
    replicas: tunnels.length,
    agents: tunnels.map((one, place) => ({ name: `agent-${place}`, tunnels: one })),
  });
const fewerFound = (
  change: Partial<FewerAgentsArgs> = {},
  sessions: Partial<SessionSettings> = {},
) =>
  fewerAgents({
    ...{ running: 3, most: 2, wayOut: false, seen: told(2, 9, 4) },
    roll: {
      sessions: { policy: "stop", limitMinutes: 30, cordon: true, guard: true, ...sessions },
      cut: { release: "0.11.0", sessions: 9 },
      version: "0.11.0",
    },
    ...{ at: "Deployment/bamf-agent", valuesAt: "gateways:bamf.values.agent" },
    ...change,
  });
const fewer = (...args: Parameters<typeof fewerFound>) => spoken(fewerFound(...args));

test("fewer agents than run are refused, since those too many are stopped at once with the tunnels through them (T-25)", () => {
  expect(fewer()).toEqual([
    "block Deployment/bamf-agent: at most 2 agents declared, and 3 run: Kubernetes stops 1 of them at once, whatever runs through it: at most 9 tunnels now",
  ]);
});

test("agents that are switched off go at once, and are refused with the tunnels through all of them, of whatever release those are (T-25, T-39)", () => {
  const off = { running: undefined, most: 0 };
  const said = (words: string) =>
    `no agent declared, and 3 run: Kubernetes stops all of them at once, whatever runs through it: ${words}`;
  expect(fewer(off)).toEqual([`block Deployment/bamf-agent: ${said("15 tunnels now")}`]);
  expect(fewer({ ...off, running: 3 })[0]).toContain(said("15 tunnels now"));
  expect(fewer({ ...off, seen: observed({ replicas: undefined, agents: [] }) })).toEqual([]);
});

test("agents that go are told of where a consent lets so many tunnels be cut at this release, and on the way out", () => {
  const may = (seen: FewerAgentsArgs["seen"], most = 2) =>
    fewer({ seen, most }, { policy: "cut" })[0]?.split(" ")[0];
  expect(may(told(2, 9, 4))).toBe("warn");
  expect(may(told(2, 10, 4))).toBe("block");
  expect(may(told(2, 3, 4), 0)).toBe("warn");
  expect(may(told(2, 4, 4), 0)).toBe("block");
  expect(fewer({ wayOut: true })[0]).toMatch(/^warn /);
});

test("agents through which nothing runs go without a consent; ones that do not tell need it (law 5)", () => {
  expect(fewer({ seen: told(0, 0, 0) })[0]).toMatch(/^warn .*at most 0 tunnels now$/);
  const silent = { seen: told(0, undefined, 0) };
  expect(fewer(silent)[0]).toMatch(/^block .*at most 0 tunnels now, and agent-1 does not tell$/);
  expect(fewer(silent, { policy: "cut" })[0]).toMatch(/^warn /);
  expect(fewer({ seen: unavailable("forbidden") })[0]).toMatch(
    /^block .* and nobody could ask: forbidden$/,
  );
});

test("agents that a run which did not end well has made are not taken away with tunnels open, even by the stack file that was verified last (T-25)", () => {
  const stands = (seen: FewerAgentsArgs["seen"]) => fewerFound({ seen })[0]?.stands;
  expect(stands(told(2, 9, 4))).toBe(true);
  // Or nothing would get rid of one that never tells.
  expect(stands(told(0, undefined, 0))).toBe(false);
});

test("as many agents as run, or more, are no matter", () => {
  expect(fewer({ most: 3 })).toEqual([]);
  expect(fewer({ most: 4 })).toEqual([]);
  expect(fewer({ running: undefined })).toEqual([]);
});
