import { fork } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import type { OneByOneInput } from "../../../components/steps/rollout-input";
import { AWAY, settled } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";
import type { StagedBridges } from "./stage-platform";

const on = rollStage();
const { bridges, held, io, refused, roll, said, scores, taskOf } = on;

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

/** What it does not prove: a kill of what holds the bridges alone, which has its test beside the rolls that nobody kills. */
describe("a roll that is killed", () => {
  test("while it waits gives the bridge back, and the next one finishes without a cut", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    const client = await on.stage.startClient("-hold", "12", ...AWAY);
    await rollKilled(staged, { limitSeconds: 60 }, /tunnels open/);
    await pause(3000);
    await vi.waitFor(async () => {
      expect(await held()).toBe("");
    }, 30_000);
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
    await vi.waitFor(async () => {
      expect(await held()).toBe("");
      expect(await refused()).toBe("0");
      expect(await scores()).not.toContain("e+");
    }, 30_000);
  });

  test("together with its program leaves notes by which the next one undoes all that they did", async () => {
    await on.stage.startAgent("one");
    const staged = await bridges(2);
    await on.stage.startClient("-hold", "12", ...AWAY);
    await rollKilled(staged, {}, /^replace$/);
    const [, fingerprint = ""] = /certificate (\w+)/.exec(await held()) ?? [];
    staged.signalHolder("SIGKILL");
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
