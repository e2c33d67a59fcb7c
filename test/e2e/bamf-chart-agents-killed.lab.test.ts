import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inMoments } from "../lab/engine/in-moments";
import { makeChartAgents, TO_AGENTS, type ChartAgents } from "./chart-agents";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const HELD = 6;

/** Each test on what the one before it left. What it does not prove: kills at a bridge's turn, which bamf-killed has. */
describe("an upgrade that is killed once the agents of the chart are held and before they are declared anew", () => {
  let on: ChartAgents;
  beforeAll(async () => {
    on = await makeChartAgents("bamf-agents-killed", OLD);
  });
  afterAll(() => on.stage.clear());

  /** Kills the wanted `up`, with all that it has started, once the agents are held and before they are declared anew. */
  const killOnceHeld = async () => {
    const declared = (await on.deployment())?.template;
    const run = await on.stage.project.startUp("prod");
    await run.said(/Command bamf-sessions-agents \S*\s*creating/, TO_AGENTS);
    await inMoments("the agents are held", run.pid, on.isHeld, 120);
    await run.killTree();
    await run.finished;
    await on.stage.project.cancel("prod");
    expect(await on.isHeld()).toBe(true);
    expect((await on.deployment())?.template).toEqual(declared);
  };

  test("is finished by the same up: nothing stays held, and no tunnel is cut (T-25)", async () => {
    const passing = await on.usersWith({ hold: 0, openEveryMs: 500 });
    await on.want(NEW);
    await killOnceHeld();
    const finished = await on.stage.project.up("prod");
    await on.endsWell(finished, NEW);
    await on.noneIsLost(passing, finished);
  });

  const setAnnotations = (podAnnotations: Readonly<Record<string, string | null>>) =>
    on.stage.project.configure("prod", {
      "gateways:bamf": { values: { agent: { podAnnotations } } },
    });

  test.each([
    ["version", () => on.want(OLD), () => on.want(on.serving())],
    ["values", () => setAnnotations({ drawn: "once" }), () => setAnnotations({ drawn: null })],
  ])(
    "comes to nothing where the %s of the stack file is set back: nothing stays held, no agent is replaced, and no tunnel is cut (T-25)",
    async (_, change, revert) => {
      const before = await on.agents();
      const users = await on.usersWith({ hold: HELD, openEveryMs: 500 });
      await change();
      await killOnceHeld();
      await revert();
      await on.endsWell(await on.stage.project.up("prod"), on.serving());
      expect(await on.agents()).toEqual(before);
      await pause(6000);
      expect((await on.noneIsLost(users)).held.kept).toBe(HELD);
    },
  );
});
