import { expect, test } from "vitest";
import { agentTunnels, type AgentTunnelsArgs } from "../../../components/hosts/gates/agent-tunnels";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { seen } from "../agents";

const at = "gateways:bamfAgents.consents.cut";
const say = (tunnels: number | undefined, change: Partial<AgentTunnelsArgs> = {}) =>
  spoken(
    agentTunnels({
      stopped: [seen("c1", { tunnels }), seen("c2"), seen("w1", {}, "web")],
      seen: [],
      sessions: { policy: "cut", limitMinutes: 30 },
      consent: undefined,
      release: "0.11.0",
      api: observed("0.11.0"),
      live: observed(["0.11.0"]),
      apiTo: "0.11.0",
      follows: "gateway bamf of this stack",
      at,
      ...change,
    }),
  );
const open =
  "3 tunnels are open through group canary (c1 3), and the stop of an agent cuts all of its own";
const consent = (groups: Readonly<Record<string, number>>, release = "0.11.0") => ({
  consent: { release, reason: "announced", groups },
});

test("agents without an open tunnel pass, and so does a run that stops none", () => {
  expect(say(0)).toEqual([`pass ${at}: no tunnel is open`]);
  expect(say(0, { stopped: [] })).toEqual([`pass ${at}: no agent is stopped`]);
});

test.each([
  ["stop", "after 30 min on one host the run halts there (sessions.policy: stop)"],
  ["wait", "each host waits until they have ended (sessions.policy: wait)"],
] as const)("with the policy %s the number of open tunnels is told", (policy, then) => {
  expect(say(3, { sessions: { policy, limitMinutes: 30 } })).toEqual([
    `warn ${at}: ${open}; ${then}`,
  ]);
});

test("with the policy cut they stop the rollout, unless a consent names release, group and number", () => {
  expect(say(3)).toEqual([`block ${at}: ${open}`]);
  expect(say(3, consent({ canary: 2 }))).toEqual([`block ${at}: ${open}; the consent covers 2`]);
  expect(say(3, consent({ web: 9 }))).toEqual([`block ${at}: ${open}`]);
  expect(say(3, consent({ canary: 3 }))).toEqual([
    `warn ${at}: ${open}; those that are left after 30 min are cut, at most 3, with the operator's consent: announced`,
  ]);
});

test("what earlier runs have cut for the release counts towards its consent, whichever hosts of the group it was", () => {
  const before = {
    seen: [
      seen("c2", { cut: { "0.11.0": 2, "0.10.0": 9 } }),
      seen("w1", { cut: { "0.11.0": 9 } }, "web"),
    ],
  };
  expect(say(3, { ...consent({ canary: 4 }), ...before })).toEqual([
    `block ${at}: ${open}; the consent covers 4, of which 2 were cut before`,
  ]);
  expect(say(3, { ...consent({ canary: 5 }), ...before })).toEqual([
    `warn ${at}: ${open}; those that are left after 30 min are cut, at most 5, of which 2 were cut before, with the operator's consent: announced`,
  ]);
  expect(say(3, { ...consent({ canary: 4 }), seen: [] })[0]).toMatch(/^warn /);
});

test("an agent that does not say how many are open needs a consent too", () => {
  expect(say(undefined)).toEqual([
    `block ${at}: 0 tunnels are open through group canary (c1 does not say), and the stop of an agent cuts all of its own`,
  ]);
});

test("a consent for another release is told", () => {
  expect(say(0, consent({ canary: 3 }, "0.10.0"))).toEqual([
    `warn ${at}: a consent for 0.10.0, which is not the wanted release`,
  ]);
});

test("no agent is stopped while the same run rolls the bridges, whether or not a tunnel is open: one on its way back counts nowhere (B-34, 5.3)", () => {
  const block =
    "c1, c2, w1 would be stopped, or kept from new tunnels, in a run that brings gateway bamf of this stack to 0.11.0, whose bridges are rolled meanwhile";
  for (const api of [observed("0.10.0"), unavailable("no stack"), undefined])
    expect(say(0, { api })).toEqual([`block ${at}: ${block}`]);
  expect(say(3, { api: observed("0.10.0") })).toHaveLength(2);
  const led = seen("w2", { beside: { sha256: "b", phase: "leads", tunnels: 1 } }, "web");
  expect(say(0, { api: observed("0.10.0"), stopped: [], seen: [led] })[0]).toMatch(
    /^block .*: w2 would be stopped, or kept/,
  );
  for (const change of [{ apiTo: undefined }, { stopped: [] }])
    expect(say(0, { api: observed("0.10.0"), ...change })[0]).toMatch(/^pass /);
});

test("no agent is stopped either while an upgrade of the API that was cut off is taken back to what was verified last: its bridges are rolled for that (B-34)", () => {
  for (const live of [["0.12.0"], ["0.11.0", "0.12.0"]])
    expect(say(0, { live: observed(live) })[0]).toMatch(
      /^block .*: c1, c2, w1 would be stopped, .* brings gateway bamf of this stack to 0.11.0, whose bridges are rolled meanwhile/,
    );
  for (const live of [undefined, unavailable("no cluster"), observed([]), observed(["own-tag"])])
    expect(say(0, { live })[0]).toMatch(/^pass /);
});
