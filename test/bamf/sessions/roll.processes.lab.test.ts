import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { AWAY, settled } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";

const on = rollStage();
const { bridges, held, refused, roll, said, scores } = on;

/** What it does not prove: what Kubernetes does between the order to replace a pod and the pod's end. */
describe("bridges that are rolled with tunnels open on them", () => {
  test("cut none of them, fail no new one, and say what became of each (T-39, T-40, B-10)", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(3);
    const passing = ["-open-every", "150ms", "-life", "2s"];
    const client = await on.stage.startClient("-hold", "60", ...passing, ...AWAY);
    const replaced = await roll(staged);
    const { held: open, passing: others, tunnels } = await settled(client);
    const failed = tunnels.filter(({ state }) => state === "failed" || state === "cut");
    expect({ open, others }, [...said, JSON.stringify(failed)].join("\n")).toMatchObject({
      open: { kept: 60, cut: 0, frozen: 0 },
      others: { failed: 0, cut: 0 },
    });
    expect(open.longestStallMs).toBeLessThan(5000);
    expect(replaced.map(({ instance }) => instance)).toEqual(
      [2, 1, 0].map((it) => `bamf-bridge-${it}`),
    );
    for (const one of replaced) expect(one).toMatchObject({ kept: one.atStop });
    // The client counts byte by byte; what the step reports ends when both ends have met again. On a busy machine a byte may be late by a second or two.
    const reported = Math.max(...replaced.map((one) => one.longestAwaySeconds ?? 0));
    expect(open.longestStallMs / 1000 - reported, said.join("\n")).toBeLessThan(3);
    for (const one of replaced) expect(one).not.toHaveProperty("toldTwice");
    expect(await held()).toBe("");
    expect(await refused()).toBe("0");
    expect(await scores()).not.toContain("e+");
  });

  test("carry the tunnels of an agent with two instances in turns, and cut none", async () => {
    await on.stage.startAgent("one");
    await on.stage.startAgent("two");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "24", ...AWAY);
    await roll(staged);
    const { held: open } = await settled(client);
    expect(open, said.join("\n")).toMatchObject({ kept: 24, cut: 0, frozen: 0 });
    expect(await held()).toBe("");
  });
});

test("a bridge with a tunnel that cannot move keeps serving, and takes new ones again", async () => {
  await on.stage.startAgent("one");
  const staged = await bridges(2);
  await on.stage.startClient("-hold", "2", "-protocol", "ssh-audit");
  await expect(roll(staged)).rejects.toThrow(/cannot be carried to another bridge/);
  expect(await held()).toBe("");
  expect(await on.stage.redis("HGET", "bridge:bamf-bridge-0", "status")).toBe("ready");
  // Such tunnels go to the lowest ordinal, which is the last to leave.
  expect([...staged.waiting]).toEqual([0]);
});

test("bridges of a release for which nobody vouches are rolled without a key written", async () => {
  await on.stage.startAgent("one");
  const staged = await bridges(2, "v0.99.0");
  await roll(staged);
  expect(said[0]).toContain("nobody vouches for it: 0.99.0 is not in the catalogue");
  expect([...staged.waiting]).toEqual([]);
});

test("a program that ends with its pod is started in another one, which holds the same bridge", async () => {
  await on.stage.startAgent("one");
  const staged = await bridges(2);
  const passing = ["-hold", "4", "-open-every", "150ms", "-life", "2s"];
  const client = await on.stage.startClient(...passing, ...AWAY);
  const rolled = roll(staged, { limitSeconds: 15 });
  while (!said.some((line) => line.includes("tunnels open"))) await pause(200);
  staged.signalHolder("SIGKILL");
  await rolled;
  const { held: open, passing: others } = await settled(client);
  expect(said.join("\n")).toContain("has ended");
  expect({ open, others }, said.join("\n")).toMatchObject({
    open: { kept: 4, cut: 0, frozen: 0 },
    others: { failed: 0, cut: 0 },
  });
  expect(await held()).toBe("");
});
