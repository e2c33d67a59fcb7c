import { expect, test } from "vitest";
import { cordonKeys } from "../../../components/bamf/cordon-keys";
import { bridgeRoll, type BridgeRollGateArgs } from "../../../components/bamf/gates/bridge-roll";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

type Roll = BridgeRollGateArgs["roll"];
const sessions: Roll["sessions"] = {
  policy: "stop",
  limitMinutes: 30,
  cordon: true,
  guard: true,
};
const at = (setting: string) => `gateways:bamf.${setting}`;
const ask = (
  change: Partial<Roll["sessions"]> = {},
  cut?: Roll["cut"],
  { rolls = true, api = "0.11.0" } = {},
) =>
  bridgeRoll({
    roll: { sessions: { ...sessions, ...change }, cut, version: "0.11.0" },
    keys: cordonKeys(known, { api, bridge: "0.11.0" }),
    rolls,
    at,
  });

test("what a roll does to sessions and writes into Redis is said before anything is touched (T-39, T-40)", () => {
  const [said = ""] = spoken(ask());
  expect(said).toMatch(
    /^warn gateways:bamf\.sessions: a roll of the bridges, one at a time: before a bridge stops its scores and its status in the product's Redis are set/,
  );
  expect(said).toContain("tunnels have 30 min a bridge to end by themselves");
  expect(said).toContain("end the run, with every bridge serving");
  expect(said).toContain("run at cf90ea6");
});

test("without a cordon it is said that nothing is written (T-39)", () => {
  expect(spoken(ask({ cordon: false }))[0]).toContain(
    "nothing is written into the product's Redis",
  );
});

test("a release for which nobody vouches is told: nothing is written for it (T-40)", () => {
  expect(spoken(ask({}, undefined, { api: "0.2.0" }))).toEqual([
    "warn gateways:bamf.sessions.cordon: nobody who vouches for the keys of the product's Redis, so that nothing is written there and new tunnels are not kept off a bridge: 0.2.0: the bridge counts its tunnels in no metric",
  ]);
});

test("the policy cut without a consent for this release is told, and so is a consent that no policy asks for", () => {
  const words = "so that no session is cut and the run ends as with stop";
  const consent = (release: string) => ({ release, sessions: 5, reason: "night" });
  expect(spoken(ask({ policy: "cut" }))[0]).toBe(
    `warn gateways:bamf.consents.cut: the policy cut without a consent, ${words}`,
  );
  expect(spoken(ask({ policy: "cut" }, consent("0.10.0")))[0]).toBe(
    `warn gateways:bamf.consents.cut: the policy cut with a consent for 0.10.0, ${words}`,
  );
  expect(spoken(ask({ policy: "cut" }, consent("0.11.0")))).toHaveLength(1);
  expect(spoken(ask({}, consent("0.11.0")))[0]).toBe(
    "warn gateways:bamf.consents.cut: a consent for 0.11.0, and the policy stop, which cuts nothing",
  );
});

test("where no bridge would be replaced it passes", () => {
  expect(spoken(ask({}, undefined, { rolls: false }))).toEqual([
    "pass gateways:bamf.sessions: no bridge that would be replaced",
  ]);
});
