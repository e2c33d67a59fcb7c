import { fork } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { OneByOneInput } from "../../../components/steps/rollout-input";
import { AWAY, settled } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";
import type { StagedBridges } from "./stage-platform";

const on = rollStage();
const { bridges, held, io, refused, roll, said, scores, taskOf } = on;

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
    // The client counts byte by byte; what the step reports ends when both ends have met again.
    const reported = Math.max(...replaced.map((one) => one.longestAwaySeconds ?? 0));
    expect(open.longestStallMs / 1000 - reported, said.join("\n")).toBeLessThan(1);
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

/** Rolls in a process of its own, which is killed once it says or asks something. */
async function rollKilled(
  staged: StagedBridges,
  change: Partial<OneByOneInput>,
  when: RegExp,
): Promise<void> {
  const child = fork(join(import.meta.dirname, "roll-child.ts"), [], {
    execArgv: ["--import", "tsx"],
    env: { ...io().env, TMPDIR: tmpdir() },
  });
  const ended = once(child, "exit");
  const { platform } = staged;
  const oneByOne = platform.oneByOne("bamf-bridge");
  const answer = (call: string, args: readonly unknown[]): Promise<unknown> => {
    if (call === "waiting") return oneByOne.waiting();
    if (call === "replace") return oneByOne.replace(String(args[0]), 60);
    const method = platform[call as "look"] as (...given: readonly unknown[]) => Promise<unknown>;
    return method(...args);
  };
  child.on("message", (asked: { number: number; call: string; args: unknown[]; said?: string }) => {
    if (asked.said !== undefined) said.push(asked.said);
    if (when.test(asked.said ?? asked.call)) child.kill("SIGKILL");
    if (asked.said !== undefined) return;
    void answer(asked.call, asked.args).then((value) => {
      if (child.connected) child.send({ number: asked.number, value });
    });
  });
  child.send({ task: taskOf(staged, change) });
  await ended;
  expect(child.signalCode, said.join("\n")).toBe("SIGKILL");
}

describe("a roll that is killed", () => {
  test("while it waits gives the bridge back, and the next one finishes without a cut", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "12", ...AWAY);
    await rollKilled(staged, { limitSeconds: 60 }, /tunnels open/);
    await pause(3000);
    expect(await held()).toBe("");
    expect(await on.stage.redis("HGET", "bridge:bamf-bridge-1", "status")).toBe("ready");
    await roll(staged);
    expect((await settled(client)).held).toMatchObject({ kept: 12, cut: 0, frozen: 0 });
  });

  test("while a bridge stops still carries its tunnels, and the next one finishes without a cut", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "12", ...AWAY);
    await rollKilled(staged, {}, /^replace$/);
    await roll(staged);
    expect((await settled(client)).held, said.join("\n")).toMatchObject({
      kept: 12,
      cut: 0,
      frozen: 0,
    });
    expect([...staged.waiting]).toEqual([]);
    await pause(8000);
    expect(await held()).toBe("");
    expect(await refused()).toBe("0");
    expect(await scores()).not.toContain("e+");
  });

  test("together with its program leaves notes by which the next one undoes all that they did", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    await on.stage.startClient("-hold", "12", ...AWAY);
    await rollKilled(staged, {}, /^replace$/);
    const [, fingerprint = ""] = /certificate (\w+)/.exec(await held()) ?? [];
    staged.killHolder();
    expect(fingerprint).not.toBe("");
    // As where it is killed while the bridge is refused, which is a matter of seconds.
    await on.stage.redis("SADD", "bamf:revoked_certs", fingerprint);
    // Nobody kept the sessions meanwhile: some tunnels have lost theirs.
    await roll(staged, { policy: "cut", cut: 12 });
    expect([...staged.waiting]).toEqual([]);
    expect(await held()).toBe("");
    expect(await refused()).toBe("0");
    expect(await scores()).not.toContain("e+");
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
  staged.killHolder();
  await rolled;
  const { held: open, passing: others } = await settled(client);
  expect(said.join("\n")).toContain("has ended");
  expect({ open, others }, said.join("\n")).toMatchObject({
    open: { kept: 4, cut: 0, frozen: 0 },
    others: { failed: 0, cut: 0 },
  });
  expect(await held()).toBe("");
});
