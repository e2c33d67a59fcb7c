import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { checkBamf } from "../../../components/bamf/verification/check-bamf";
import type { OneByOneInput } from "../../../components/steps/rollout-input";
import { rollOneByOne } from "../../../components/steps/rollout/roll-one-by-one";
import type { Program } from "../../lab/bamf/processes";
import { AWAY, settled, type Client } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";
import type { StagedBridges } from "./stage-platform";

/** Enough that an agent of the stage is heard in between. Unit: seconds. */
const HEARD = 15;
const HELD = 6;

const on = rollStage();
const { said } = on;
let agent: Program;
let staged: StagedBridges;
let client: Client;

beforeEach(async () => {
  agent = await on.stage.startAgent("one");
  staged = await on.bridges(2);
  client = await on.stage.startClient("-hold", String(HELD), "-hold-every", "100ms", ...AWAY);
});

const io = (say = said) => ({ ...on.io(), say: (line: string) => void say.push(line) });
const roll = (change: Partial<OneByOneInput> = {}, say = said) =>
  rollOneByOne(staged.platform, "bamf-bridge", on.taskOf(staged, change), io(say));
const noneIsCut = async () => {
  const { held } = await settled(client);
  expect(held, said.join("\n")).toMatchObject({ kept: HELD, cut: 0, frozen: 0 });
};

describe("an agent that the API does not hear any more", () => {
  const deaf = { options: { heardWithinSeconds: HEARD } };

  test("keeps the bridge of its tunnels from being stopped, and none of them is cut once it is heard again (B-12, T-39)", async () => {
    // Its tunnels stay, and wait.
    agent.signal("SIGSTOP");
    await expect(roll(deaf)).rejects.toThrow(
      /bamf-bridge-1 keeps serving, since (\d+) of \1 tunnels .* cannot be carried .*; the API has not heard agents/,
    );
    expect([...staged.waiting]).toEqual([0, 1]);
    expect(await on.held()).toBe("");
    expect(await on.stage.redis("HGET", "bridge:bamf-bridge-1", "status")).toBe("ready");
    agent.signal("SIGCONT");
    await roll(deaf);
    await noneIsCut();
  });

  test("speaks against a release, although the product calls it online for 180 s (B-12)", async () => {
    const { options } = on.taskOf(staged, {});
    const asked = { ...options, bridges: "bamf-bridge", agentsWithinSeconds: HEARD };
    expect((await checkBamf(staged.platform, asked, io())).faults).toEqual([]);
    agent.signal("SIGSTOP");
    const { faults, said: seen } = await checkBamf(staged.platform, asked, io());
    expect(faults).toEqual([
      expect.stringMatching(/^agent \S+ was not heard by the API within 15 s$/),
    ]);
    expect(seen[0]).toContain("agents online: 1 of 1");
    agent.signal("SIGCONT");
  });
});

test("two runs at the same time do not take a bridge from each other in turns: the earlier one ends, and the later one finishes without a cut", async () => {
  const first: string[] = [];
  const earlier = roll({ limitSeconds: 60 }, first).catch(String);
  while (!first.some((line) => line.includes("tunnels open"))) await pause(200);
  await roll();
  expect(await earlier, first.join("\n")).toContain(
    "another run of this program has taken over bamf-bridge-1",
  );
  expect([...staged.waiting]).toEqual([]);
  await noneIsCut();
  await pause(4000);
  await vi.waitFor(async () => {
    expect(await on.held()).toBe("");
  }, 30_000);
});

test("a bridge that is killed in the middle of its drain begins anew with nothing on it: the roll goes on by itself, and no tunnel is cut", async () => {
  const rolled = roll({ limitSeconds: 20 });
  // On a busy machine the API may share them out by what it knew before the last one.
  while (!said.some((line) => /^bamf-bridge-1: \d+ tunnels? open/.test(line))) await pause(50);
  await staged.programs.get(1)!.stop("SIGKILL");
  await pause(1500);
  staged.programs.set(1, await on.stage.startBridge(1));
  await rolled;
  expect([...staged.waiting]).toEqual([]);
  await noneIsCut();
  expect(await on.held()).toBe("");
});
