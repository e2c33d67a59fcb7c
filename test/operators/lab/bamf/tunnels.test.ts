import { describe, expect, test } from "vitest";
import { allowedCuts, tunnelLaw } from "./tunnels";

const file = { release: "0.11.0", policy: "cut", cut: { release: "0.11.0", sessions: 1 } } as const;
const ended = { kind: "failed" } as const;
const killed = { kind: "killed" } as const;

test("a consent lets its number of tunnels be cut on bridges and again through agents, for its release and with the policy to cut alone", () => {
  expect(allowedCuts(file)).toBe(2);
  expect(allowedCuts({ ...file, policy: "stop" })).toBe(0);
  expect(allowedCuts({ ...file, release: "0.10.0" })).toBe(0);
  expect(allowedCuts({ ...file, cut: undefined })).toBe(0);
});

describe("the law about tunnels", () => {
  const lost = new Map<string, string>();
  const lose = (...ids: readonly string[]) => {
    for (const id of ids) lost.set(id, `tunnel ${id}`);
  };
  const law = () => {
    lost.clear();
    return tunnelLaw({ lost: () => Promise.resolve(new Map(lost)) });
  };

  test("is broken by one more than may be cut, and names it once", async () => {
    const ask = law();
    lose("a", "b");
    expect(await ask(file, ended)).toEqual([]);
    lose("c", "d", "e");
    expect(await ask(file, ended)).toEqual([
      "T: 3 tunnels lost, of 2 that might be: tunnel c; tunnel d; tunnel e",
    ]);
    expect(await ask({ ...file, policy: "stop" }, ended)).toEqual([]);
  });

  test("counts what a killed run goes on with by what the stack file said then, and by no more than one look later", async () => {
    const ask = law();
    const stop = { ...file, policy: "stop" } as const;
    expect(await ask(file, killed)).toEqual([]);
    lose("a");
    expect(await ask(stop, ended)).toEqual([]);
    lose("b");
    expect(await ask(stop, ended)).toHaveLength(1);
  });
});
