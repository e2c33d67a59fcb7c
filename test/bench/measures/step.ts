import { execa } from "execa";
import { dirname } from "node:path";
import { inTurns } from "../in-turns";
import type { Measure } from "../measure";

const CHECKOUT = dirname(dirname(dirname(import.meta.dirname)));
const STEPS = ["backup", "schema", "rollout", "verification"] as const;

/** What it costs that a step is a process of its own. */
export const step: Measure = {
  name: "step",
  title: "Start of a step",
  about:
    "The process of a step from its start until it refuses an empty input, run from the bundle that is kept between runs, against the same sources run by tsx.",
  run: async (bench) => ({
    comparisons: await inTurns(
      bench,
      STEPS.map((name) => ({
        title: name,
        ours: () => start(["components/start/step.mjs", name]),
        other: () => start(["--import", "tsx", "components/steps/main.ts", name]),
      })),
    ),
    facts: ["An upgrade runs all of these steps, one after the other."],
  }),
};

/** @throws Error where the process did not refuse the input in the step's own words */
async function start(words: readonly string[]): Promise<number> {
  const env = { GATEWAYS_STEP: "{}" };
  const ended = await execa("node", [...words], { cwd: CHECKOUT, env, reject: false });
  if (!ended.stderr.includes("the step's input is wrong")) throw new Error(ended.stderr);
  return ended.durationMs / 1000;
}
