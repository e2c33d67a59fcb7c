import { describe, expect, test } from "vitest";
import {
  noting,
  sessionsOf,
  type Current,
} from "../../../components/bamf/sessions/bridge-sessions";
import { recover } from "../../../components/bamf/sessions/recover";
import { bridgesOf, type Listing } from "../../../components/bamf/sessions/bridges";
import { instance, look, memoryPlatform } from "../../steps/memory-platform";
import type { SessionsArgs } from "../../../components/upgrade/sessions";
import { memoryBridges, policy } from "./memory-bridges";

async function recovered(marks: Listing["marks"], isAway = true, isGone = false) {
  const adopted: string[] = [];
  const { bridges, calls } = memoryBridges([1], {
    look: () => Promise.resolve({ bridges: {}, marks, edges: [] }),
    adopt: (name) => {
      adopted.push(name);
      return Promise.resolve(isAway);
    },
  });
  const found = await recover(bridges.redis, () => Promise.resolve(isGone));
  return { found, calls, adopted };
}

describe("what a killed run has left", () => {
  test("is given back: a bridge that it has kept from new tunnels takes them again", async () => {
    const { found, calls } = await recovered({ "bridge a": { leaving: false } });
    expect(found).toEqual({
      said: ["an earlier run has kept new tunnels off a; it takes them again"],
    });
    expect(calls).toEqual(["give back a", "give back the rest"]);
  });

  test("is taken up: the tunnels of a bridge that it has told to stop are held until that is back", async () => {
    const { found, calls, adopted } = await recovered({
      "bridge a": { leaving: true },
      "agent x y": { leaving: false },
    });
    expect(found.stopping).toBe("a");
    expect(adopted).toEqual(["a"]);
    // Agents and sessions are part of what is taken up.
    expect(calls).toEqual([]);
  });

  test("is over where that bridge has come back meanwhile", async () => {
    const { found, calls } = await recovered({ "bridge a": { leaving: true } }, false);
    expect(found).toEqual({ said: [] });
    expect(calls).toEqual(["give back the rest"]);
  });

  test("is given back where that bridge is gone for good, since fewer are wanted: it would be waited for in vain, by every run (B-16, T-34)", async () => {
    const { found, calls, adopted } = await recovered(
      { "bridge c": { leaving: true } },
      true,
      true,
    );
    expect(found).toEqual({
      said: ["an earlier run has told c to stop, which is none of the bridges any more"],
    });
    expect(adopted).toEqual([]);
    expect(calls).toEqual(["give back c", "give back the rest"]);
  });

  test("is not looked for where nothing may be written", async () => {
    expect(await recover(undefined)).toEqual({ said: [] });
  });
});

test.each([
  ["there", "b-1", [instance("b-1")], false],
  ["on its way, as a successor that was not made yet", "b-1", [], false],
  ["one too many, and not away yet", "b-2", [instance("b-2")], false],
  ["one too many, and away", "b-2", [], true],
])("a bridge that is %s counts as gone for good or not", async (_, name, older, expected) => {
  const { platform } = memoryPlatform([look({ instances: [instance("b-0")], older, wanted: 2 })]);
  const { options } = memoryBridges([]).bridges;
  const io = { env: {}, say: () => undefined };
  expect(await bridgesOf(platform, "b", options, undefined, io).isGone(name)).toBe(expected);
});

test("a bridge that is held says once that a new program keeps it, which cannot know of the time before", async () => {
  const { bridges } = memoryBridges([1]);
  const current: Current = {};
  const redis = noting(bridges.redis!, current);
  await redis.cordon("a");
  current.renewed = true;
  expect((await redis.state("a")).state).toBe("renewed");
  expect((await redis.state("a")).state).toBe("held");
});

test("a run that another one has taken a bridge over from keeps new tunnels off no further one, although it goes on without that bridge", async () => {
  const { bridges, calls } = memoryBridges([1], {
    state: () => Promise.resolve({ state: "taken", landed: 0, guard: null }),
  });
  const current: Current = {};
  const redis = noting(bridges.redis!, current);
  const args = { policy: policy() } as SessionsArgs;
  const sessions = sessionsOf(args, { ...bridges, redis }, current);
  await expect(sessions.returned("b")).rejects.toThrow(
    "another run of this program has taken over b",
  );
  await expect(sessions.prepare("a", ["b"])).rejects.toThrow("has taken over b");
  expect(calls).toEqual([]);
});
