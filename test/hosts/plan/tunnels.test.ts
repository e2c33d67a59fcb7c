import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  judgeTunnels,
  type TunnelPolicy,
  type WaitingHost,
} from "../../../components/hosts/plan/tunnels";

const host = (change: Partial<WaitingHost> = {}): WaitingHost => ({
  group: "web",
  open: 4,
  waitedSeconds: 60,
  cutSoFar: 0,
  ...change,
});
const policy = (change: Partial<TunnelPolicy> = {}): TunnelPolicy => ({
  policy: "cut",
  limitSeconds: 60,
  consented: new Map([["web", 10]]),
  ...change,
});

describe("whether an agent may be stopped with tunnels through it", () => {
  test("one without tunnels may at once, whatever the policy", () => {
    for (const one of ["wait", "stop", "cut"] as const)
      expect(judgeTunnels(host({ open: 0, waitedSeconds: 0 }), policy({ policy: one }))).toBe(
        "swap",
      );
  });

  test("others get their time first", () => {
    expect(judgeTunnels(host({ waitedSeconds: 59 }), policy())).toBe("wait");
  });

  test("with `wait` they get all the time that they need, with `stop` the rollout halts", () => {
    expect(judgeTunnels(host({ waitedSeconds: 9999 }), policy({ policy: "wait" }))).toBe("wait");
    expect(judgeTunnels(host(), policy({ policy: "stop" }))).toEqual({
      halt: "4 tunnels are open after 60 s, and its stop cuts all of them; sessions.policy is stop",
    });
  });

  test("with `cut` a consent that names the group covers so many of it, and no more", () => {
    expect(judgeTunnels(host({ cutSoFar: 6 }), policy())).toBe("swap");
    expect(judgeTunnels(host({ cutSoFar: 7 }), policy())).toEqual({
      halt: "4 tunnels are open after 60 s, and its stop cuts all of them; the consent for group web covers 10, of which 7 are cut",
    });
    expect(judgeTunnels(host({ group: "db" }), policy())).toEqual({
      halt: "4 tunnels are open after 60 s, and its stop cuts all of them; no consent to cut names group db",
    });
  });

  test("one that does not say how many it has is stopped by consent alone", () => {
    expect(judgeTunnels(host({ open: undefined }), policy({ policy: "stop" }))).toHaveProperty(
      "halt",
    );
    expect(judgeTunnels(host({ open: undefined }), policy())).toBe("swap");
    expect(
      judgeTunnels(host({ open: undefined }), policy({ consented: new Map() })),
    ).toHaveProperty("halt");
  });
});

test("whatever hosts come in whatever order: no more tunnels are cut than were consented to, and none without the policy", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(6)),
      fc.nat(12),
      fc.constantFrom("wait" as const, "stop" as const, "cut" as const),
      (opens, allowed, one) => {
        const rules = policy({ policy: one, consented: new Map([["web", allowed]]) });
        let cutSoFar = 0;
        for (const open of opens)
          if (judgeTunnels(host({ open, cutSoFar }), rules) === "swap") cutSoFar += open;
        expect(cutSoFar).toBeLessThanOrEqual(one === "cut" ? allowed : 0);
      },
    ),
  );
});
