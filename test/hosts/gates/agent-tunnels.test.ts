import { expect, test } from "vitest";
import { agentTunnels, type AgentTunnelsArgs } from "../../../components/hosts/gates/agent-tunnels";
import { spoken } from "../../upgrade/gates/findings";
import { seen } from "../agents";

const at = "gateways:bamfAgents.consents.cut";
const say = (tunnels: number | undefined, change: Partial<AgentTunnelsArgs> = {}) =>
  spoken(
    agentTunnels({
      stopped: [seen("c1", { tunnels }), seen("c2"), seen("w1", {}, "web")],
      sessions: { policy: "cut", limitMinutes: 30 },
      consent: undefined,
      release: "0.11.0",
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
