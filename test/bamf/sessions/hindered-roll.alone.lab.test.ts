import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkBamf } from "../../../components/bamf/verification/check-bamf";
import type { OneByOneInput } from "../../../components/steps/rollout-input";
import { rollOneByOne } from "../../../components/steps/rollout/roll-one-by-one";
import { startBamfDatabases, type BamfDatabases } from "../../lab/bamf/databases";
import type { Program } from "../../lab/bamf/processes";
import { buildBamf } from "../../lab/bamf/programs";
import { pythonSite } from "../../lab/bamf/python";
import { AWAY, settled, startStage, type Client, type Stage } from "../../lab/bamf/stage";
import { readSettings } from "../../lab/settings";
import { rollTask, stagePlatform, type StagedBridges } from "./stage-platform";

const settings = readSettings(process.env);
/** Enough that an agent of the stage is heard in between. Unit: seconds. */
const HEARD = 15;
const HELD = 6;

let databases: BamfDatabases;
let binary: string;
let site: string;
let stage: Stage;
let agent: Program;
let staged: StagedBridges;
let client: Client;
let said: string[];

beforeAll(async () => {
  [binary, site] = await Promise.all([buildBamf(settings), pythonSite(settings)]);
  databases = await startBamfDatabases(settings);
});
afterAll(() => databases.remove());
beforeEach(async () => {
  said = [];
  stage = await startStage(binary, await databases.another());
  agent = await stage.startAgent("one");
  const programs = new Map<number, Program>();
  for (const ordinal of [0, 1]) programs.set(ordinal, await stage.startBridge(ordinal));
  staged = stagePlatform(stage, programs);
  client = await stage.startClient("-hold", String(HELD), "-hold-every", "100ms", ...AWAY);
});
afterEach(() => stage.close());

const io = (say = said) => ({
  env: { PATH: process.env["PATH"], BAMF_REDIS_URL: stage.redisUrl, PYTHONPATH: site },
  say: (line: string) => void say.push(line),
});
const roll = (change: Partial<OneByOneInput> = {}, say = said) =>
  rollOneByOne(staged.platform, "bamf-bridge", rollTask(stage, staged, change), io(say));
const marks = async (): Promise<string> =>
  `${await stage.redis("HKEYS", "gateways:held")}${await stage.redis("HKEYS", "gateways:withheld")}`;
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
      /bamf-bridge-1 keeps serving, since 3 of 3 tunnels .* cannot be carried .*; the API has not heard agents/,
    );
    expect([...staged.waiting]).toEqual([0, 1]);
    expect(await marks()).toBe("");
    expect(await stage.redis("HGET", "bridge:bamf-bridge-1", "status")).toBe("ready");
    agent.signal("SIGCONT");
    await roll(deaf);
    await noneIsCut();
  });

  test("speaks against a release, although the product calls it online for 180 s (B-12)", async () => {
    const { options } = rollTask(stage, staged);
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
  expect(await marks()).toBe("");
});

test("a bridge that is killed in the middle of its drain begins anew with nothing on it: the roll goes on by itself, and no tunnel is cut", async () => {
  const rolled = roll({ limitSeconds: 20 });
  while (!said.some((line) => line.startsWith("bamf-bridge-1: 3 tunnels open"))) await pause(50);
  await staged.programs.get(1)!.stop("SIGKILL");
  await pause(1500);
  staged.programs.set(1, await stage.startBridge(1));
  await rolled;
  expect([...staged.waiting]).toEqual([]);
  await noneIsCut();
  expect(await marks()).toBe("");
});
