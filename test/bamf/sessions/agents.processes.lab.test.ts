import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { oneByOneSchema, type OneByOneInput } from "../../../components/steps/rollout-input";
import { rollOneByOne } from "../../../components/steps/rollout/roll-one-by-one";
import { AWAY, settled } from "../../lab/bamf/stage";
import { rollStage } from "./roll-stage";
import { bridgeOptions } from "./stage-platform";
import { AGENTS, killRoll, stageAgents, type StagedAgents } from "./staged-agents";

const on = rollStage();
const { held, said } = on;
let staged: StagedAgents;

beforeEach(async () => {
  await on.stage.startBridge(0);
  await on.stage.startBridge(1);
  staged = await stageAgents(on.stage, ["a", "b"]);
});

const env = () => ({ ...process.env, ...on.io().env });
const say = (line: string) => void said.push(line);

const taskOf = (change: Partial<OneByOneInput>) =>
  oneByOneSchema.parse({
    ...{ sessions: "bamf-agents", options: bridgeOptions },
    ...{ limitSeconds: 90, withinSeconds: 60, carry: false, ...change },
  });

const roll = (change: Partial<OneByOneInput> = {}) =>
  rollOneByOne(staged.platform, AGENTS, taskOf(change), { env: env(), say });

/** Waits until the roll has said something. */
const until = async (words: RegExp): Promise<void> => {
  for (const end = Date.now() + 90_000; !said.some((line) => words.test(line));) {
    if (Date.now() > end) throw new Error(`nothing like ${words.source} in\n${said.join("\n")}`);
    await pause(200);
  }
};

/** The status of each instance of the agent, as the API chooses by it. */
const statuses = async (): Promise<readonly string[]> => {
  const key = await on.stage.redis("KEYS", "agent:*:instances");
  const text = await on.stage.redis("HVALS", key.trim());
  return [...text.matchAll(/"status":\s*"(\w+)"/g)].map((found) => found[1] ?? "").sort();
};

const tunnelsThrough = async (agents: StagedAgents["old"]): Promise<number> => {
  // One that leaves at this moment has none.
  const texts = [...agents.values()].map(({ url }) =>
    fetch(`${url}/metrics`).then(
      (reply) => reply.text(),
      () => "bamf_agent_active_tunnels 0",
    ),
  );
  const counts = (await Promise.all(texts)).map(
    (text) => /^bamf_agent_active_tunnels (\d+)/m.exec(text)?.[1],
  );
  return counts.reduce((sum, count) => sum + Number(count), 0);
};

const PASSING = ["-hold", "0", "-open-every", "200ms", "-life", "2s"] as const;

/** What it does not prove: that Kubernetes leaves the old pods alone meanwhile; test/kubernetes/platform/beside-old.test.ts does, for its rules. */
describe("agents that are rolled with tunnels open through them", () => {
  test("get no new ones once the new agents are online, stop when theirs have ended, and cut none (B-12, T-39)", async () => {
    const users = await on.stage.startClient("-hold", "6", "-hold-every", "300ms", ...AWAY);
    const passing = await on.stage.startClient(...PASSING, ...AWAY);
    const rolled = roll();
    await until(/tunnels run through it/);
    // Those that were passing through an old one have ended by then.
    await pause(4000);
    await vi.waitFor(async () => {
      expect(await tunnelsThrough(staged.old), said.join("\n")).toBe(6);
      expect(await tunnelsThrough(staged.fresh)).toBeGreaterThan(0);
      expect(staged.old.size).toBeGreaterThan(0);
      // One of the two may have had none, and be gone, or go just now.
      const draining = [...staged.old.keys()].map(() => "draining");
      expect(await statuses()).toEqual(["active", "active", ...draining]);
    }, 15_000);
    expect((await settled(users)).held).toMatchObject({ kept: 6, cut: 0, frozen: 0 });
    // The users go home.
    await users.stop();
    const replaced = await rolled;
    expect(replaced.map(({ instance }) => instance).sort()).toEqual(["a", "b"]);
    for (const one of replaced) expect(one).toMatchObject({ atStop: 0, cut: 0, kept: 0 });
    const found = replaced.reduce((sum, one) => sum + (one.found ?? 0), 0);
    expect(found).toBeGreaterThanOrEqual(6);
    await pause(2500);
    const report = await passing.report();
    expect(report.passing, said.join("\n")).toMatchObject({ failed: 0, cut: 0, frozen: 0 });
    expect(report.passing.opened).toBeGreaterThan(20);
    expect(await held()).toBe("");
    expect(staged.old.size).toBe(0);
  });

  test("keep serving at the limit if the policy is to stop, and take new ones again", async () => {
    const users = await on.stage.startClient("-hold", "4", ...AWAY);
    const failed = await roll({ limitSeconds: 3 }).catch(String);
    expect(failed).toMatch(/keeps serving, since \d tunnels are still open, and the policy is to/);
    expect(await held()).toBe("");
    // One of the two may have had none, and be gone.
    expect(await statuses()).toEqual(["a", "b", ...staged.old.keys()].map(() => "active"));
    expect((await settled(users)).held).toMatchObject({ kept: 4, cut: 0 });
    expect(staged.old.size).toBeGreaterThan(0);
  });

  test("cut what the consent allows, and say how many (B-12)", async () => {
    const users = await on.stage.startClient("-hold", "4", ...AWAY);
    const replaced = await roll({ limitSeconds: 3, policy: "cut", cut: 4 });
    expect(replaced.reduce((sum, one) => sum + (one.cut ?? 0), 0)).toBe(4);
    await vi.waitFor(async () => {
      const { held: open } = await users.report();
      // On a busy machine one may miss the agent's word of the end, and stands still for good.
      expect(open.cut + open.frozen).toBe(4);
    }, 15_000);
  });
});

describe("a roll of agents that is killed", () => {
  test.each([
    ["while it waits", /tunnels run through it/],
    ["as it stops one", /^replace$/],
  ])(
    "%s has the old ones take new tunnels again, and the next one finishes without a cut",
    async (_, when) => {
      // One of the two has none, and is the first to be stopped.
      const users = await on.stage.startClient("-hold", "1", ...AWAY);
      expect(await killRoll(staged, taskOf({}), { env: env(), when, say })).toBe("SIGKILL");
      await pause(4000);
      await vi.waitFor(async () => {
        expect(await held(), said.join("\n")).toBe("");
        expect(await statuses()).not.toContain("draining");
      }, 30_000);
      expect((await settled(users)).held).toMatchObject({ kept: 1, cut: 0 });
      said.length = 0;
      const rolled = roll();
      await until(/tunnels run through it/);
      await users.stop();
      for (const one of await rolled) expect(one).toMatchObject({ atStop: 0, cut: 0 });
      expect(staged.old.size).toBe(0);
      expect(await held()).toBe("");
    },
  );
});

test("no agent stops while a bridge is away, so that never both of their tunnels are under way", async () => {
  await on.stage.redis(
    "HSET",
    "gateways:held",
    "bridge bamf-bridge-1",
    '{"owner":"x","leaving":true}',
  );
  const failed = await roll().catch(String);
  expect(failed, said.join("\n")).toMatch(/bridge bamf-bridge-1.*is not back/);
  expect(staged.old.size).toBe(2);
});
