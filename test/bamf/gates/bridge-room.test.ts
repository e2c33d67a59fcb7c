import { describe, expect, test } from "vitest";
import { bridgeRoom, type BridgeFacts } from "../../../components/bamf/gates/bridge-room";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { judge } from "../../../components/upgrade/verdict";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "../../upgrade/gates/findings";

const [at, valuesAt] = ["StatefulSet/bamf-bridge", "gateways:bamf.values.edge.bridge"];
const upgrade = step("0.10.0", "0.11.0");
const bridge = (ordinal: number, open: number, change: Partial<BridgeFacts> = {}): BridgeFacts => ({
  name: `bamf-bridge-${ordinal}`,
  ready: true,
  tunnels: { open, pinned: 0 },
  ...change,
});
const ask = (
  bridges: readonly BridgeFacts[],
  {
    plan = upgrade,
    perBridge,
    declared = 2,
    most,
    tellTunnels = true,
  }: {
    tellTunnels?: boolean;
    plan?: Plan;
    perBridge?: number;
    declared?: number;
    most?: number;
  } = {},
) =>
  bridgeRoom({
    plan,
    bridges: observed(bridges),
    tellTunnels,
    declared,
    most,
    perBridge,
    at,
    valuesAt,
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

test("going back is not stopped by a bridge that is not ready", () => {
  expect(spoken(ask([bridge(0, 1)], { plan: step("0.11.0", "0.10.0") }))).toEqual([
    `warn ${at}: 1 of 1 bridge ready`,
  ]);
});

test("a bridge that does not answer, and a cluster that cannot be seen, are unknown", () => {
  expect(spoken(ask([bridge(0, 1), bridge(1, 0, { tunnels: undefined })]))).toEqual([
    "unknown Pod/bamf-bridge-1: no look at its tunnels: it does not answer for its metrics",
  ]);
  const bridges = unavailable("forbidden");
  const args = {
    plan: upgrade,
    bridges,
    tellTunnels: true,
    declared: 2,
    perBridge: undefined,
    at,
    valuesAt,
  };
  expect(spoken(bridgeRoom(args))).toEqual([`unknown ${at}: no look at the bridges: forbidden`]);
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
    expect(again(5)).toEqual([`say 3 in ${valuesAt} until nothing is open on the last ones`]);
    expect(again(0, { tunnels: undefined })).toHaveLength(1);
    expect(again(0, { tunnels: undefined, ready: false })).toEqual([]);
    expect(again(0)).toEqual([]);
  });
});
