import { describe, expect, test } from "vitest";
import { recover } from "../../../components/bamf/sessions/recover";
import type { Listing } from "../../../components/bamf/sessions/bridges";
import { memoryBridges } from "./memory-bridges";

async function recovered(marks: Listing["marks"], isAway = true) {
  const adopted: string[] = [];
  const { bridges, calls } = memoryBridges([1], {
    look: () => Promise.resolve({ bridges: {}, marks, edges: [] }),
    adopt: (name) => {
      adopted.push(name);
      return Promise.resolve(isAway);
    },
  });
  return { found: await recover(bridges.redis), calls, adopted };
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

  test("is not looked for where nothing may be written", async () => {
    expect(await recover(undefined)).toEqual({ said: [] });
  });
});
