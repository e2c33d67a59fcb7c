import { describe, expect, test, vi } from "vitest";
import { count, returnedBridge } from "../../../components/bamf/sessions/returned-bridge";
import type { RedisSide } from "../../../components/bamf/sessions/bridges";
import { guard, memoryBridges } from "./memory-bridges";
import { listed, metrics } from "./seen";

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
      longestStallSeconds: 2.7,
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

  test("that is registered with a score that nobody chooses has not returned", async () => {
    const look = () =>
      Promise.resolve({ bridges: { a: listed({ score: 1e9 }) }, marks: {}, edges: [] });
    const { bridges } = memoryBridges([1], { ...back(), look });
    await expect(returnedBridge(bridges, "a", prepared)).rejects.toThrow("has not registered");
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
      "has not registered",
    );
  });

  test("says of tunnels that were not seen again that they were not", () => {
    const state = guard({ moved: 2, movedElsewhere: 1, longestStallSeconds: null });
    const open = { found: 5, atStop: 4 };
    expect(count(open, state)).toEqual({ ...open, kept: 3, lost: 1 });
    expect(count(open, undefined)).toEqual({ ...open, kept: 0, lost: 4 });
  });

  test("that a killed run had told to stop had the tunnels that were found when it was taken up", () => {
    expect(count(undefined, guard({ named: 3, moved: 3 }))).toMatchObject({ atStop: 3, kept: 3 });
  });
});

describe("a bridge that a killed run was about to stop", () => {
  const left = async (state: string, draining = false) => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    const { bridges, calls } = memoryBridges([1], back({ state }));
    const waits = {
      ...bridges,
      metrics: () => Promise.resolve({ ...metrics(1), bytes: 16, draining }),
      pause: (ms: number) => {
        vi.setSystemTime(Date.now() + ms);
        return Promise.resolve();
      },
    };
    const result = await returnedBridge(waits, "a", undefined)
      .catch(String)
      .finally(() => vi.useRealTimers());
    return { result, calls };
  };

  test("and that serves on as it did, since its own release is wanted again, is given back: it would be waited for in vain", async () => {
    expect(await left("held")).toEqual({
      result: undefined,
      calls: ["give back a", "give back the rest"],
    });
  });

  test("and that stops by now, or has registered anew, was replaced", async () => {
    expect((await left("held", true)).result).toContain("has not registered");
    expect((await left("returned")).result).toMatchObject({ instance: "a", atStop: 4 });
  });
});
