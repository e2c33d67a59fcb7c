import { expect, test } from "vitest";
import { timeLimits } from "../../../components/bamf/gates/time-limits";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:bamf.version";
const bridge = { replicas: 2, graceSeconds: 1800 };
const api = { replicas: 2, graceSeconds: 120 };

test("a roll says how long it may take if sessions stay, and that the run needs that time (T-23, B-17)", () => {
  expect(
    spoken(timeLimits({ rolls: { bridge, api }, waitSeconds: 1800, settled: false, at })),
  ).toEqual([
    `warn ${at}: a roll that may take 2 h 10 min: api: up to 7 min if a request stays; bridge: up to 1 h 3 min if a session stays; before the bridges up to 1 h for sessions to end`,
  ]);
});

test("agents have their time to end together, while bridges have it one after the other (T-23)", () => {
  const agent = { replicas: 2, graceSeconds: 30 };
  const ask = (waitSeconds: number | undefined) =>
    spoken(timeLimits({ rolls: { agent }, waitSeconds, settled: false, at }));
  expect(ask(1800)).toEqual([
    `warn ${at}: a roll that may take 34 min: agent: up to 4 min if a session stays; before the agents up to 30 min for sessions to end`,
  ]);
  expect(ask(undefined)[0]).toMatch(/and more.*before the agents as long as their sessions last$/);
});

test("a policy that waits for every session has no limit, which is said (T-23)", () => {
  expect(
    spoken(timeLimits({ rolls: { bridge }, waitSeconds: undefined, settled: false, at })),
  ).toEqual([
    `warn ${at}: a roll that may take 1 h 3 min and more: bridge: up to 1 h 3 min if a session stays; before each bridge as long as its sessions last`,
  ]);
});

test("where nothing is to change it passes, and says what a roll would take (T-23)", () => {
  expect(spoken(timeLimits({ rolls: { api }, waitSeconds: 60, settled: true, at }))).toEqual([
    `pass ${at}: nothing to roll out; else api: up to 7 min if a request stays`,
  ]);
  expect(spoken(timeLimits({ rolls: {}, waitSeconds: 60, settled: false, at }))).toEqual([
    `pass ${at}: nothing that could be rolled out`,
  ]);
});
