import { expect, test } from "vitest";
import { hostReach } from "../../../components/hosts/gates/host-reach";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { agent, groups } from "../agents";

const say = (...away: readonly string[]) => {
  const names = groups.flatMap(({ hosts }) => hosts);
  const hosts = Object.fromEntries(
    names.map((name) => [
      name,
      away.includes(name) ? unavailable("no answer within 15 s") : observed(agent()),
    ]),
  );
  return spoken(hostReach({ groups, hosts }));
};

test("groups all of whose hosts answer pass (B-38)", () => {
  expect(say()).toEqual([
    "pass group canary: 2 of 2 hosts answer",
    "pass group web: 10 of 10 hosts answer",
  ]);
});

test("a host out of reach is told where its group may miss it, and two of them stop the rollout (B-38)", () => {
  expect(say("w3")).toContain("warn group web: 9 of 10 hosts answer; w3: no answer within 15 s");
  expect(say("w3", "w4")).toContain(
    "block group web: 8 of 10 hosts answer; w3: no answer within 15 s; w4: no answer within 15 s",
  );
});

test("no canary may be out of reach, whatever share is said (B-38)", () => {
  expect(say("c2")).toContain("block group canary: 1 of 2 hosts answer; c2: no answer within 15 s");
});
