import { describe, expect, test, vi } from "vitest";
import { prepareBridge } from "../../../components/bamf/sessions/prepare-bridge";
import type { Bridges, RedisSide } from "../../../components/bamf/sessions/bridges";
import { memoryBridges, policy } from "./memory-bridges";
import { metrics } from "./seen";

/** As if that much time had passed. */
const pause = (ms: number): Promise<void> => {
  vi.advanceTimersByTime(ms);
  return Promise.resolve();
};

/** Time goes by the looks of a test alone. */
async function prepare(
  open: (number | undefined)[],
  change: Partial<RedisSide> = {},
  more = {},
  isTakenUp = false,
  others: Partial<Bridges> = {},
  registersWithinSeconds = 0.01,
) {
  vi.useFakeTimers({ now: 0, toFake: ["Date", "performance"] });
  try {
    const world = memoryBridges(open, change);
    const bridges = {
      ...world.bridges,
      ...others,
      options: { ...world.bridges.options, registersWithinSeconds },
      pause,
    };
    const result = await prepareBridge(
      bridges,
      { name: "a", waiting: [], isTakenUp },
      policy(more),
    ).catch(String);
    return { ...world, result, seconds: performance.now() / 1000 };
  } finally {
    vi.useRealTimers();
  }
}

/** Three of the tunnels on `a` run through agents that the API has not heard, as long as `is` says so. */
async function unheard(is: (looks: number) => boolean, more = {}, open = 4) {
  const { bridges, calls } = memoryBridges([open]);
  const [a, b] = await bridges.seen([]);
  let looks = 0;
  vi.useFakeTimers({ now: 0, toFake: ["Date", "performance"] });
  try {
    const seen = () => {
      looks += 1;
      const listed = { ...a!.listed!, unheard: is(looks) ? 3 : 0 };
      return Promise.resolve([{ ...a!, listed }, b!]);
    };
    const leaving = { name: "a", waiting: [], isTakenUp: false };
    const result = await prepareBridge({ ...bridges, seen, pause }, leaving, policy(more)).catch(
      String,
    );
    return { result, calls, seconds: performance.now() / 1000 };
  } finally {
    vi.useRealTimers();
  }
}

describe("a bridge that is prepared for its stop", () => {
  test("is kept from new tunnels, empties by itself, and may go once that has lasted (T-39)", async () => {
    const { result, calls, seconds } = await prepare([3, 3, 2, 0], {}, { limitSeconds: 60 });
    expect(result).toEqual({ found: 3, atStop: 0, carried: 0, cut: 0 });
    expect(calls).toEqual(["cordon a", "leave a false true"]);
    expect(seconds).toBeGreaterThanOrEqual(4);
  });

  test("leaves its tunnels the time that they were promised where the clock of this machine is set, or the machine was asleep", async () => {
    let looks = 0;
    const state = () => {
      if ((looks += 1) === 3) vi.setSystemTime(3_600_000);
      return Promise.resolve({ state: "held", landed: 0, guard: null });
    };
    const cut = { policy: "cut", cut: 9, carry: false, limitSeconds: 600 };
    const { result } = await prepare([4], { state }, cut);
    expect(result).toEqual({ found: 4, atStop: 4, carried: 0, cut: 4 });
    expect(looks).toBeGreaterThanOrEqual(600);
  });

  test("has its tunnels carried over once their time is over", async () => {
    const { result, calls, said } = await prepare([4], {}, { limitSeconds: 10 });
    expect(result).toEqual({ found: 4, atStop: 4, carried: 4, cut: 0 });
    expect(calls).toEqual(["cordon a", "leave a true true"]);
    expect(said).toEqual([
      "a: 4 tunnels open (4 tunnel), 0 of them cannot be carried over; they have 10 s to end by themselves",
    ]);
  });

  test("is not refused by the API where some of its tunnels are cut: recordings of theirs come at its stop", async () => {
    const { bridges } = memoryBridges([2]);
    const [a, b] = await bridges.seen([]);
    const seen = () => Promise.resolve([{ ...a!, metrics: metrics(2, { immovable: 1 }) }, b!]);
    const { result, calls } = await prepare([2], {}, { policy: "cut", cut: 1 }, false, { seen });
    expect(result).toMatchObject({ carried: 1, cut: 1 });
    expect(calls).toEqual(["cordon a", "leave a true false"]);
  });

  test("takes new tunnels again if the policy ends the roll over what is open", async () => {
    const { result, calls } = await prepare([4], {}, { carry: false });
    expect(result).toContain(
      "the roll of the bridges ends here: a keeps serving, since 4 tunnels are still open, and the policy is to stop then",
    );
    expect(calls).toEqual(["cordon a", "give back a"]);
  });

  test("takes new tunnels again if it does not say how many it has: that is not none", async () => {
    const { result, calls } = await prepare([1, undefined]);
    expect(result).toContain("a does not say how many tunnels it has");
    expect(calls).toEqual(["cordon a", "give back a"]);
  });

  test("may be silent for a while, as when its process was killed and begins anew: its tunnels have ended then", async () => {
    const { result, calls } = await prepare([3, 3, undefined, undefined, 0], {}, {}, false, {}, 60);
    expect(result).toEqual({ found: 3, atStop: 0, carried: 0, cut: 0 });
    expect(calls).toEqual(["cordon a", "leave a false true"]);
  });

  test("takes new tunnels again if some land on it all the same (T-40)", async () => {
    const state = () => Promise.resolve({ state: "held", landed: 2, guard: null });
    const { result, calls } = await prepare([1], { state });
    expect(result).toContain("2 new tunnels went to a although they are kept off it");
    expect(calls).toEqual(["cordon a", "give back a"]);
  });

  test("is kept from new tunnels again where somebody let it go", async () => {
    const states = ["held", "lost", "held"];
    const state = () =>
      Promise.resolve({ state: states.shift() ?? "held", landed: 0, guard: null });
    const { calls } = await prepare([1, 1, 1, 1, 0], { state }, { limitSeconds: 60 });
    expect(calls).toEqual(["cordon a", "cordon a true", "leave a false true"]);
  });

  test.each([
    ["somebody let it go", "lost"],
    ["another program keeps it, since the API pod of the one before was replaced", "renewed"],
  ])(
    "is looked at anew where %s: what has begun meanwhile is on its way (T-40)",
    async (_, gap) => {
      const { bridges } = memoryBridges([0]);
      const [a, b] = await bridges.seen([]);
      // Something is open until 20 s have gone, and it is let go in the very moment in which that ends.
      let looks = 0;
      const state = () =>
        Promise.resolve({ state: looks === 20 ? gap : "held", landed: 0, guard: null });
      const seen = () => {
        looks += 1;
        const open = looks <= 18 ? 1 : 0;
        const pending = looks > 20 && looks <= 26 ? 1 : 0;
        const listed = { ...a!.listed!, pending };
        return Promise.resolve([{ ...a!, listed, metrics: metrics(open) }, b!]);
      };
      const { result } = await prepare([0], { state }, { limitSeconds: 60 }, false, { seen });
      expect(result).toMatchObject({ atStop: 0 });
      expect(looks).toBe(27);
    },
  );

  test("is left to another run that has taken it over", async () => {
    const state = () => Promise.resolve({ state: "taken", landed: 0, guard: null });
    const { result, calls } = await prepare([1], { state });
    expect(result).toContain("another run of this program has taken over a");
    expect(calls).toEqual(["cordon a", "give back a"]);
  });

  test.each([[1], [0]])(
    "with %i tunnels open waits for those that were opened just before, until they have come",
    async (open) => {
      const { bridges } = memoryBridges([open]);
      const [a, b] = await bridges.seen([]);
      let looks = 0;
      vi.useFakeTimers({ now: 0, toFake: ["Date", "performance"] });
      const seen = () => {
        looks += 1;
        const pending = looks < 6 ? 1 : 0;
        return Promise.resolve([{ ...a!, listed: { ...a!.listed!, pending } }, b!]);
      };
      await prepareBridge(
        { ...bridges, seen, pause },
        { name: "a", waiting: [], isTakenUp: false },
        policy(),
      );
      vi.useRealTimers();
      expect(looks).toBe(6);
    },
  );

  test("waits for agents to be heard by the new API before their tunnels are carried (B-12)", async () => {
    const { result, seconds } = await unheard((looks) => looks < 8);
    expect(result).toMatchObject({ carried: 4, cut: 0 });
    expect(seconds).toBe(6);
  });

  test("keeps tunnels whose agents the API does not hear: who cannot hear it cannot follow, and they would be cut (B-12, T-39)", async () => {
    const { result, calls, seconds } = await unheard(() => true);
    expect(result).toMatch(
      /a keeps serving, since 3 of 4 tunnels are still open and cannot be carried to another bridge, .*; the API has not heard agents that hold some of them/,
    );
    expect(calls).toEqual(["cordon a", "give back a"]);
    expect(seconds).toBe(20);
  });

  test("does not wait for agents where nothing is carried, or nothing is open", async () => {
    const cut = { policy: "cut", cut: 4, carry: false };
    expect((await unheard(() => true, cut)).result).toMatchObject({ cut: 4 });
    expect((await unheard(() => true, {}, 0)).result).toMatchObject({ atStop: 0 });
  });

  test.each(["returned", "lost", "free", "registered"])(
    "that has come back since a killed run told it to stop, and serves (%s), is dealt with as any other: what users have opened since is not cut (T-39)",
    async (state) => {
      const states = [state];
      const settled: string[] = [];
      const { result, calls } = await prepare(
        [3, 3, 3, 1, 0],
        {
          state: () => Promise.resolve({ state: states.shift() ?? "held", landed: 0, guard: null }),
          settle: (name) => Promise.resolve(void settled.push(name)),
        },
        { limitSeconds: 60 },
        true,
      );
      expect(result).toEqual({ found: 3, atStop: 0, carried: 0, cut: 0 });
      expect(settled).toEqual(["a"]);
      expect(calls).toEqual(["cordon a", "leave a false true"]);
    },
  );

  test("that a killed run had told to stop, and that another run has taken over, is left to that one", async () => {
    const state = () => Promise.resolve({ state: "taken", landed: 0, guard: null });
    const { result } = await prepare([1], { state }, {}, true);
    expect(result).toContain("another run of this program has taken over a");
  });

  test("goes on without a question where it stops already since a run that was killed", async () => {
    const { result, calls } = await prepare([undefined], {}, {}, true);
    expect(result).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
