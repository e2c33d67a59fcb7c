import { expect, test } from "vitest";
import { cordonKeys } from "../../../components/bamf/cordon-keys";
import { agentRoll } from "../../../components/bamf/gates/agent-roll";
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
