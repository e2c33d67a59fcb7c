import { describe, expect, test } from "vitest";
import {
  bridgeRoom,
  type BridgeFacts,
  type BridgeRoomArgs,
} from "../../../components/bamf/gates/bridge-room";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { judge } from "../../../components/upgrade/verdict";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "../../upgrade/gates/findings";

const [at, valuesAt] = ["StatefulSet/bamf-bridge", "gateways:bamf.values.edge.bridge"];
const upgrade = step("0.10.0", "0.11.0");
const bridge = (ordinal: number, open: number, change: Partial<BridgeFacts> = {}): BridgeFacts => ({
  name: `bamf-bridge-${ordinal}`,
  ready: true,
  tunnels: { open, pinned: 0 },
  ...change,
});
const ask = (bridges: readonly BridgeFacts[], change: Partial<BridgeRoomArgs> = {}) =>
  bridgeRoom({
    plan: upgrade,
    bridges: observed(bridges),
    tellTunnels: true,
    declared: 2,
    perBridge: undefined,
    at,
    valuesAt,
    ...change,
  });

test("two bridges with room for each other pass, with the tunnels of each (B-10, B-16)", () => {
  expect(spoken(ask([bridge(0, 1), bridge(1, 30)], { perBridge: 50 }))).toEqual([
    `pass ${at}: bamf-bridge-0 1 tunnel, bamf-bridge-1 30 tunnels`,
  ]);
});

test("one ready bridge blocks: nobody would take over (B-10)", () => {
  expect(spoken(ask([bridge(0, 1), bridge(1, 0, { ready: false })]))).toEqual([
    `block ${at}: 1 of 2 bridges ready`,
  ]);
});

test("too little room for the tunnels of the fullest bridge blocks (B-16)", () => {
  const findings = ask([bridge(0, 40), bridge(1, 45)], { perBridge: 50 });
  expect(spoken(findings)).toEqual([
    `block ${at}: bamf-bridge-0 40 tunnels, bamf-bridge-1 45 tunnels: room for 10 of the 45 of the fullest bridge on the others`,
  ]);
  expect(findings[0]).toMatchObject({ expected: "room for all of them, at 50 tunnels a bridge" });
});

test("of more than two bridges all others together take the tunnels of the fullest one (B-16)", () => {
  const three = (fullest: number) => [bridge(0, 40), bridge(1, 40), bridge(2, fullest)];
  expect(spoken(ask(three(45), { perBridge: 50 }))).toEqual([
    `block ${at}: bamf-bridge-0 40 tunnels, bamf-bridge-1 40 tunnels, bamf-bridge-2 45 tunnels: room for 20 of the 45 of the fullest bridge on the others`,
  ]);
  expect(spoken(ask(three(45), { perBridge: 70 }))[0]).toMatch(/^pass /);
});

test("room for exactly the tunnels of the fullest bridge is enough, and one tunnel more is too much (B-16)", () => {
  expect(spoken(ask([bridge(0, 20), bridge(1, 30)], { perBridge: 50 }))[0]).toMatch(/^pass /);
  expect(spoken(ask([bridge(0, 20), bridge(1, 31)], { perBridge: 50 }))[0]).toMatch(/^block /);
});

test("without a number of tunnels that a bridge shall carry no room is too little", () => {
  expect(spoken(ask([bridge(0, 400), bridge(1, 450)]))[0]).toMatch(/^pass /);
});

test("sessions that cannot move are told before anything is touched (B-10)", () => {
  const pinned = bridge(1, 5, { tunnels: { open: 5, pinned: 2 } });
  expect(spoken(ask([bridge(0, 1), pinned]))).toEqual([
    "warn Pod/bamf-bridge-1: 2 sessions that cannot move to another bridge",
  ]);
});

test("one declared bridge blocks even a first install (B-10)", () => {
  const plan = step(undefined, "0.11.0");
  expect(spoken(ask([], { plan, declared: 1 }))).toEqual([`block ${at}: 1 bridge declared`]);
  expect(spoken(ask([], { plan }))).toEqual([`pass ${at}: 2 bridges at the least, none yet`]);
});

test("a release that has no bridges passes", () => {
  expect(spoken(ask([], { declared: undefined }))).toEqual([
    `pass ${at}: no bridges in this release`,
  ]);
});

test("going back is not stopped by a bridge that is not ready", () => {
  expect(spoken(ask([bridge(0, 1)], { plan: step("0.11.0", "0.10.0") }))).toEqual([
    `warn ${at}: 1 of 1 bridge ready`,
  ]);
});

test("going on with an upgrade that was cut off is not stopped by a bridge that is not ready, and neither is a run that changes nothing", () => {
  const bridges = [bridge(0, 1), bridge(1, 0, { ready: false })];
  const running = ["0.10.0", "0.11.0"];
  const cutOff = planUpgrade({ wanted: "0.11.0", verified: "0.10.0", running });
  for (const plan of [cutOff, step("0.11.0", "0.11.0")])
    expect(spoken(ask(bridges, { plan }))).toEqual([`warn ${at}: 1 of 2 bridges ready`]);
});

test("a bridge that does not answer, and a cluster that cannot be seen, are unknown", () => {
  expect(spoken(ask([bridge(0, 1), bridge(1, 0, { tunnels: undefined })]))).toEqual([
    "unknown Pod/bamf-bridge-1: no look at its tunnels: it does not answer for its metrics",
  ]);
  expect(spoken(ask([], { bridges: unavailable("forbidden") }))).toEqual([
    `unknown ${at}: no look at the bridges: forbidden`,
  ]);
});

test("a bridge that does not answer keeps no API from its way back, nor from going on: the roll comes to it later (B-26)", () => {
  const bridges = [bridge(0, 1), bridge(1, 0, { tunnels: undefined })];
  const running = ["0.10.0", "0.11.0"];
  const cutOff = planUpgrade({ wanted: "0.11.0", verified: "0.10.0", running });
  for (const plan of [cutOff, step("0.11.0", "0.10.0")])
    expect(spoken(ask(bridges, { plan }))).toEqual([
      "warn Pod/bamf-bridge-1: no look at its tunnels: it does not answer for its metrics",
    ]);
  expect(spoken(ask(bridges, { plan: step("0.11.0", "0.11.0") }))[0]).toMatch(/^unknown /);
});

test("a bridge that does not answer since its release tells no number is only told: it could never be upgraded else", () => {
  const bridges = [bridge(0, 1), bridge(1, 0, { tunnels: undefined })];
  expect(spoken(ask(bridges, { tellTunnels: false }))).toEqual([
    "warn Pod/bamf-bridge-1: no look at its tunnels: it does not answer for its metrics",
  ]);
});

describe("fewer bridges than run", () => {
  const three = (open: number, change: Partial<BridgeFacts> = {}) => [
    bridge(0, 1),
    bridge(1, 2),
    bridge(2, open, change),
  ];

  test("are refused while tunnels are open on the last ones, also on the way back: nothing carries those (B-10)", () => {
    const found = `block ${at}: at most 2 bridges declared, and more run, with tunnels that would be cut: bamf-bridge-2 5 tunnels`;
    expect(spoken(ask(three(5), { most: 2 }))).toContain(found);
    const plan = step("0.11.0", "0.10.0");
    expect(spoken(ask(three(5), { most: 2, plan }))).toContain(found);
  });

  test("pass once nothing is open there, and as many as run always do", () => {
    expect(spoken(ask(three(0), { most: 2 }))[0]).toMatch(/^pass /);
    expect(spoken(ask(three(5), { most: 3 }))[0]).toMatch(/^pass /);
    expect(spoken(ask(three(5)))[0]).toMatch(/^pass /);
  });

  test("are refused if one that goes does not tell what is open on it: that is not nothing", () => {
    expect(spoken(ask(three(0, { tunnels: undefined }), { most: 2 }))[0]).toBe(
      `block ${at}: at most 2 bridges declared, and more run, with tunnels that would be cut: bamf-bridge-2, which does not tell`,
    );
  });

  test("are refused by a run that changes nothing as well, as a cut-off run may have made them, unless it is a bridge that never came up", () => {
    const plan = step("0.11.0", "0.11.0");
    const again = (open: number, change: Partial<BridgeFacts> = {}) => {
      const findings = downgradeToWarnings(ask(three(open, change), { most: 2, plan }));
      return judge(findings, { phase: "up" }).map(({ fix }) => fix);
    };
    expect(again(5)).toEqual([
      `set replicas below ${valuesAt}, or autoscaling.maxReplicas, to 3 until nothing is open on the last ones`,
    ]);
    expect(again(0, { tunnels: undefined })).toHaveLength(1);
    expect(again(0, { tunnels: undefined, ready: false })).toEqual([]);
    expect(again(0)).toEqual([]);
  });

  test("are refused with the number that keeps all that have something open, and as many may run until then", () => {
    const findings = ask([...three(5), bridge(3, 4)], { most: 2 });
    expect(spoken(findings)[0]).toMatch(/would be cut: bamf-bridge-2 5 tunnels, bamf-bridge-3 4 t/);
    expect(findings[0]).toMatchObject({
      fix: `set replicas below ${valuesAt}, or autoscaling.maxReplicas, to 4 until nothing is open on the last ones`,
    });
  });

  test("are refused also at an unchanged stack file if one that goes tells of open tunnels, ready or not, whatever another one waits for", () => {
    const starting = bridge(3, 0, { ready: false, tunnels: undefined });
    const [alone] = ask(three(5, { ready: false }), { most: 2 });
    const [beside] = ask([...three(5), starting], { most: 2 });
    const [never] = ask([...three(0), starting], { most: 2 });
    expect([alone?.stands, beside?.stands, never?.stands]).toEqual([true, true, false]);
  });

  test("are told by the number at the end of the name of a pod, whatever numbers the name of the release has", () => {
    const named = (ordinal: number): BridgeFacts => ({
      ...bridge(ordinal, 1),
      name: `eu-7-bamf-bridge-${ordinal}`,
    });
    const eleven = Array.from({ length: 11 }, (_, ordinal) => named(ordinal));
    expect(spoken(ask(eleven, { most: 11 }))[0]).toMatch(/^pass /);
    expect(spoken(ask(eleven, { most: 10 }))[0]).toMatch(/would be cut: eu-7-bamf-bridge-10 1 t/);
  });

  test("never count a pod whose name ends in no number among those that go", () => {
    const pods = [bridge(0, 1), { ...bridge(1, 5), name: "bamf-bridge-spare" }];
    expect(spoken(ask(pods, { declared: 1, most: 1 }))).toEqual([`block ${at}: 1 bridge declared`]);
  });
});
