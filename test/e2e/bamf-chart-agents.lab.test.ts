import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { image, makeChartAgents, TO_AGENTS, type ChartAgents } from "./chart-agents";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const HELD = 6;

/** Each test on what the one before it left. What it does not prove: that the vendor's own agents end as those of the lab do. */
describe("a BAMF whose chart has agents, with tunnels open through them", () => {
  let on: ChartAgents;
  beforeAll(async () => {
    on = await makeChartAgents("bamf-agents", OLD);
  });
  afterAll(() => on.stage.clear());

  test.each([
    ["is upgraded", OLD, NEW],
    ["goes back by reverting the line", NEW, OLD],
  ])(
    "%s: its agents keep their image until the API is verified and the bridges are rolled, each is stopped once its tunnels have ended, and none is cut (B-08, B-12, B-34, B-35, T-25, T-41)",
    async (_, from, to) => {
      const before = await on.agents();
      await on.want(to);
      const held = await on.usersWith({ hold: HELD });
      const passing = await on.usersWith({ hold: 0, openEveryMs: 500 });
      const run = await on.stage.project.startUp("prod");
      await run.said(/bamf-bridge-1 is replaced/, TO_AGENTS);
      expect(await on.imagesOf("api")).toEqual(image("api", to));
      expect(await on.imagesOf("agent")).toEqual(image("agent", from));
      await run.said(/tunnels run through it, which its stop cuts/, TO_AGENTS);
      expect(await on.imagesOf("bridge")).toEqual(image("bridge", to));
      // Longer than those that pass live: the old agents have none of them any more.
      await pause(6000);
      expect((await on.noneIsLost(held)).held.kept).toBe(HELD);
      // One of the old ones may have had none.
      expect((await on.agents()).filter((name) => before.includes(name))).not.toEqual([]);
      // The users go home.
      await held.stop();
      const finished = await run.finished;
      await on.endsWell(finished, to);
      expect((await on.noneIsLost(passing, finished)).passing.opened).toBeGreaterThan(20);

      const { bamfEvidence } = await on.stage.project.outputs("prod");
      const { replaced } = bamfEvidence as Evidence;
      const ended = replaced?.["bamf-agent"] ?? [];
      expect(ended.map(({ instance }) => instance).sort()).toEqual(before);
      for (const one of ended) expect(one).toMatchObject({ atStop: 0, cut: 0, kept: 0, lost: 0 });
      const found = ended.reduce((sum, one) => sum + (one.found ?? 0), 0);
      expect(found).toBeGreaterThanOrEqual(HELD);
    },
  );
});
