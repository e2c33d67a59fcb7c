import { describe, expect, test } from "vitest";
import { count, returnedBridge } from "../../../components/bamf/sessions/returned-bridge";
import type { RedisSide } from "../../../components/bamf/sessions/bridges";
import { guard, memoryBridges } from "./memory-bridges";
import { listed } from "./seen";

const prepared = { found: 5, atStop: 4, carried: 4, cut: 0 };
const back = (change: Partial<Awaited<ReturnType<RedisSide["state"]>>> = {}) => ({
  state: () => Promise.resolve({ state: "returned", landed: 0, guard: guard(), ...change }),
});

describe("a bridge that was replaced", () => {
  test("has returned once it is registered, answers TLS, and its tunnels have settled", async () => {
    const { bridges, calls } = memoryBridges([1], back());
    expect(await returnedBridge(bridges, "a", prepared)).toEqual({
      instance: "a",
      found: 5,
      atStop: 4,
      kept: 4,
      lost: 0,
      longestAwaySeconds: 0.7,
      carriesBytes: true,
    });
    expect(calls).toEqual(["give back the rest"]);
  });

  test("that is ready and not registered fails the roll", async () => {
    const { bridges } = memoryBridges([1], back({ state: "away" }));
    await expect(returnedBridge(bridges, "a", prepared)).rejects.toThrow(
      "the new a is ready and has not registered at the API",
    );
  });

  test.each([
    [{ score: 1e9 }, "status ready, score 1000000000"],
    [{ status: "draining" }, "status draining, score 0"],
    [{ score: undefined }, "status ready, no score"],
  ])(
    "that has registered and is not chosen (%j) fails the roll, which says so",
    async (about, found) => {
      const { bridges } = memoryBridges([1], {
        ...back(),
        listed: () => Promise.resolve({ ...listed(), ...about }),
      });
      await expect(returnedBridge(bridges, "a", prepared)).rejects.toThrow(
        `the new a has registered at the API, which gives it no new tunnels: ${found}`,
      );
    },
  );

  test("whose registration has expired fails the roll as one that has not registered", async () => {
    const { bridges } = memoryBridges([1], {
      ...back(),
      listed: () => Promise.resolve({ registeredAt: undefined, status: undefined }),
    });
    await expect(returnedBridge(bridges, "a", prepared)).rejects.toThrow(
      "the new a is ready and has not registered at the API",
    );
  });

  test("is waited for without a look at all sessions, which would take the time in which they are kept", async () => {
    const look = () => Promise.reject(new Error("a look at all of them"));
    const { bridges } = memoryBridges([1], { ...back(), look });
    expect(await returnedBridge(bridges, "a", prepared)).toMatchObject({ kept: 4 });
  });

  test("that does not answer where users come fails the roll", async () => {
    const reach = () => Promise.resolve("ConnectionRefusedError: refused");
    const { bridges } = memoryBridges([1], { ...back(), reach });
    await expect(returnedBridge(bridges, "a", prepared)).rejects.toThrow(
      "the new a does not answer where tunnels come in, at a:8443: ConnectionRefusedError: refused",
    );
  });

  test("that has registered is held from new tunnels until its port answers, and fails the roll if it never does", async () => {
    const held = back({ state: "registered" });
    const reach = () => Promise.resolve("ConnectionRefusedError: refused");
    await expect(
      returnedBridge(memoryBridges([1], { ...held, reach }).bridges, "a", prepared),
    ).rejects.toThrow("does not answer where tunnels come in");
    await expect(returnedBridge(memoryBridges([1], held).bridges, "a", prepared)).rejects.toThrow(
      "has registered at the API, which gives it no new tunnels",
    );
  });

  test("says of tunnels that were not seen again that they were not", () => {
    const state = guard({ moved: 2, movedElsewhere: 1, longestAwaySeconds: null });
    const open = { found: 5, atStop: 4 };
    expect(count(open, state)).toEqual({ ...open, kept: 3, lost: 1 });
    expect(count(open, undefined)).toEqual({ ...open, kept: 0, lost: 4 });
  });

  test("says of how many the agent was told to move more than once: when they carried a byte nobody knows", () => {
    const open = { found: 5, atStop: 4 };
    expect(count(open, guard({ toldTwice: 1 }))).toMatchObject({
      longestAwaySeconds: 0.7,
      toldTwice: 1,
    });
    expect(count(open, guard())).not.toHaveProperty("toldTwice");
  });

  test("that a killed run had told to stop had the tunnels that were found when it was taken up", () => {
    expect(count(undefined, guard({ named: 3, moved: 3 }))).toMatchObject({ atStop: 3, kept: 3 });
  });
});
