import { describe, expect, test } from "vitest";
import { oneByOneSchema, type OneByOneInput } from "../../components/steps/rollout-input";
import {
  describeOpen,
  describeReplaced,
  rollOneByOne,
} from "../../components/steps/rollout/roll-one-by-one";
import { sessionsOf } from "../../components/sessions";
import type { OpenSessions, Sessions, SessionsArgs } from "../../components/upgrade/sessions";
import { StepFailure } from "../../components/upgrade/step-io";
import { memoryPlatform } from "./memory-platform";

/** Instances in memory, and sessions that note what they are asked. */
async function roll(
  names: readonly string[],
  change: Partial<OneByOneInput> = {},
  sessions: Partial<Sessions> = {},
  replace: (instance: string) => Promise<void> = () => Promise.resolve(),
) {
  const waiting = [...names];
  const calls: string[] = [];
  const said: string[] = [];
  let args: SessionsArgs | undefined;
  const { platform } = memoryPlatform([], {
    oneByOne: () => ({
      hold: () => Promise.resolve(),
      waiting: () => Promise.resolve([...waiting]),
      replace: async (instance, within) => {
        calls.push(`replace ${instance} within ${within} s`);
        await replace(instance);
        waiting.shift();
      },
    }),
  });
  const open: OpenSessions = async (given, _io, work) => {
    args = given;
    try {
      return await work({
        recover: () => Promise.resolve({ said: [] }),
        look: () => Promise.resolve(new Map()),
        prepare: (instance, others) => {
          calls.push(["prepare", instance, ...others].join(" "));
          return Promise.resolve();
        },
        returned: (instance) => {
          calls.push(`returned ${instance}`);
          return Promise.resolve({ instance, found: 2, atStop: 2, kept: 2, lost: 0 });
        },
        ...sessions,
      });
    } finally {
      calls.push("close");
    }
  };
  const task = oneByOneSchema.parse({ withinSeconds: 9, ...change });
  const io = { env: {}, say: (line: string) => void said.push(line) };
  const result = await rollOneByOne(platform, "bridge", task, io, () =>
    Promise.resolve(open),
  ).catch(String);
  return { result, calls, said, args };
}

describe("instances that are replaced one at a time", () => {
  test("leave in their order, each when its sessions are dealt with and the one before is back (B-06, B-13)", async () => {
    const { result, calls } = await roll(["b-1", "b-0"], { sessions: "bamf" });
    expect(calls).toEqual([
      ...["prepare b-1 b-0", "replace b-1 within 9 s", "returned b-1"],
      ...["prepare b-0", "replace b-0 within 9 s", "returned b-0", "close"],
    ]);
    expect(result).toMatchObject([
      { instance: "b-1", atStop: 2, kept: 2, lost: 0 },
      { instance: "b-0", atStop: 2, kept: 2, lost: 0 },
    ]);
  });

  test("without sessions are replaced alone", async () => {
    const { calls } = await roll(["b-1", "b-0"]);
    expect(calls).toEqual(["replace b-1 within 9 s", "replace b-0 within 9 s"]);
  });

  test("leave in the order that their sessions ask for, if those ask for one", async () => {
    const first = (waiting: readonly string[]) => Promise.resolve(waiting.at(-1) ?? "");
    const prepare = () => Promise.reject(new Error("one tunnel is still open"));
    const { calls } = await roll(["a-1", "a-0"], { sessions: "bamf" }, { first });
    expect(calls.slice(0, 2)).toEqual(["prepare a-0 a-1", "replace a-0 within 9 s"]);
    expect((await roll([], { sessions: "bamf" }, { first, prepare })).calls).toEqual(["close"]);
  });

  test("begin with what a killed run has left", async () => {
    const recover = () => Promise.resolve({ said: ["b-1 takes new sessions again"] });
    const { said } = await roll(["b-1"], { sessions: "bamf" }, { recover });
    expect(said[0]).toBe("b-1 takes new sessions again");
  });

  test("finish with the one that a killed run has told to stop, before the next one leaves", async () => {
    const recover = () => Promise.resolve({ said: [], stopping: "b-1" });
    const { calls, result } = await roll(["b-0"], { sessions: "bamf" }, { recover });
    expect(calls).toEqual([
      "returned b-1",
      ...["prepare b-0", "replace b-0 within 9 s", "returned b-0", "close"],
    ]);
    expect(result).toMatchObject([{ instance: "b-1" }, { instance: "b-0" }]);
  });

  test("give the one that a killed run has stopped its own turn, if a release is wanted since that its successor does not run (T-24)", async () => {
    const recover = () => Promise.resolve({ said: [], stopping: "b-1" });
    const { calls, result } = await roll(["b-2", "b-1"], { sessions: "bamf" }, { recover });
    expect(calls).toEqual([
      "returned b-1",
      ...["prepare b-2 b-1", "replace b-2 within 9 s", "returned b-2"],
      ...["prepare b-1", "replace b-1 within 9 s", "returned b-1", "close"],
    ]);
    expect(result).toMatchObject([{ instance: "b-1" }, { instance: "b-2" }, { instance: "b-1" }]);
  });

  test("pass the one that a killed run has stopped and that does not come back, if its successor is of a release that is wanted no more (T-24)", async () => {
    const recover = () => Promise.resolve({ said: [], stopping: "b-1" });
    let asked = 0;
    const returned = (instance: string) =>
      instance === "b-1" && (asked += 1) === 1
        ? Promise.reject(new StepFailure("b-1 does not answer", "see its log"))
        : Promise.resolve({ instance, found: 0, atStop: 0, kept: 0, lost: 0 });
    const back = await roll(["b-2", "b-1"], { sessions: "bamf" }, { recover, returned });
    expect(back.result).toMatchObject([{ instance: "b-2" }, { instance: "b-1" }]);
    expect(back.said).toContain("b-1 does not come back; it is replaced in its turn");
    asked = 0;
    const onward = await roll(["b-0"], { sessions: "bamf" }, { recover, returned });
    expect(onward.result).toContain("b-1 does not answer");
  });

  test("let the one alone that a killed run was about to stop, and that runs the release which is wanted since", async () => {
    const recover = () => Promise.resolve({ said: [], stopping: "b-1" });
    const returned = () => Promise.resolve(undefined);
    const { result, said } = await roll([], { sessions: "bamf" }, { recover, returned });
    expect(result).toEqual([]);
    expect(said).toEqual(["b-1 was not stopped; it takes new sessions again"]);
  });

  test("take up the one that a killed run was about to stop and that still waits", async () => {
    const recover = () => Promise.resolve({ said: [], stopping: "b-1" });
    const { calls } = await roll(["b-1"], { sessions: "bamf" }, { recover });
    expect(calls).toEqual(["prepare b-1", "replace b-1 within 9 s", "returned b-1", "close"]);
  });

  test("stay if one of them may not leave, and what is held is given back", async () => {
    const prepare = () => Promise.reject(new Error("3 tunnels are still open"));
    const { result, calls } = await roll(["b-1", "b-0"], { sessions: "bamf" }, { prepare });
    expect(result).toBe("Error: 3 tunnels are still open");
    expect(calls).toEqual(["close"]);
  });

  test("stay if the successor of one of them does not come up (T-24)", async () => {
    const { result, calls } = await roll(["b-1", "b-0"], { sessions: "bamf" }, {}, () =>
      Promise.reject(new Error("b-1 does not come up")),
    );
    expect(result).toBe("Error: b-1 does not come up");
    expect(calls).toEqual(["prepare b-1 b-0", "replace b-1 within 9 s", "close"]);
  });

  test("end the roll if one of them waits again after it was replaced", async () => {
    const { result } = await roll(["b-1", "b-1"]);
    expect(result).toContain("b-1 was replaced and runs an older release again");
  });

  test("carry nothing where nothing may be written into the product's data", async () => {
    const { args } = await roll([], { sessions: "bamf", cordon: false });
    expect(args?.policy).toMatchObject({ cordon: false, carry: false, policy: "stop", cut: 0 });
  });

  test("have sessions of a kind that is known", () => {
    expect(() => sessionsOf("tea")).toThrow('nothing knows sessions of the kind "tea"');
  });
});

describe("the line about an instance that still runs", () => {
  test("says what is open on it, by protocol, and what cannot move", () => {
    const byProtocol = { tunnel: 10, "ssh-audit": 2, "web-db": 0 };
    expect(describeOpen("b-1", { open: 12, byProtocol, fixed: 2 })).toBe(
      "b-1: 12 sessions (10 tunnel, 2 ssh-audit), 2 of them cannot be carried over",
    );
    expect(describeOpen("b-1", { open: 0, byProtocol: {}, fixed: 0 })).toBe("b-1: 0 sessions");
  });

  test("does not take silence for none", () => {
    expect(describeOpen("b-1", undefined)).toBe("b-1 does not say what is open on it");
  });
});

describe("the line about a replaced instance", () => {
  test.each([
    [
      { atStop: 12, kept: 12, lost: 0, longestAwaySeconds: 0.7 },
      ": 12 of 12 sessions kept, each at another one within 0.7 s",
    ],
    [
      { atStop: 12, kept: 12, lost: 0, longestAwaySeconds: 0.7, toldTwice: 1 },
      ": 12 of 12 sessions kept, each at another one within 0.7 s, 1 of them may have stood still for 30 s more",
    ],
    [{ atStop: 12, kept: 11, lost: 1 }, ": 11 of 12 sessions kept, 1 not seen again"],
    [{ atStop: 0, kept: 0, lost: 0 }, ": no session was open on it"],
    [{ found: 3, atStop: 0, cut: 0 }, ": all of its 3 sessions have ended by themselves"],
    [{ found: 0, atStop: 0, cut: 0 }, ": no session was open on it"],
    [{ found: 3, atStop: 2, cut: 2 }, ": 2 of 3 sessions cut"],
    [{}, ""],
  ])("tells of %j", (about, words) => {
    expect(describeReplaced({ instance: "b-1", seconds: 42, ...about })).toBe(
      `b-1 is replaced after 42 s${words}`,
    );
  });
});
