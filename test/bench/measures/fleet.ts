import { join } from "node:path";
import { succeeded } from "../../lab/demo/expect";
import { changing } from "../../lab/engine/steps-of-log";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { makeGateways, type Gateways } from "../../lab/gateways";
import { clearGateways } from "../../lab/demo/clear";
import { BARE, withBareProgram, type BareProgram } from "../bare-project";
import { inTurns } from "../in-turns";
import { withRoomyNode, type RoomyNode } from "../roomy-node";
import type { Bench, Comparison, Measure, Measured } from "../measure";
import { INSTALLED } from "../with-gateway";

const SIZES = [1, 10, 50] as const;
const MOST_RUNS = 5;
const NAME = "bench-fleet";

/** What a preview costs where one stack holds many gateways. */
export const fleet: Measure = {
  name: "fleet",
  title: "Preview of a fleet",
  about: `\`pulumi preview\` of the first install of ${SIZES.join(", ")} gateways in one stack, each in a namespace of its own, against a bare program that registers the same objects of the same chart as often and does nothing else. Nothing is installed: so many gateways are more than this machine can run, so the cluster shows the preflight one more node with room for all of them, and the section Preview has an installed one. At most ${MOST_RUNS} runs.`,
  run: async (bench) => {
    const directory = join(bench.directory, "fleet");
    await clearGateways(bench.lab, NAME, directory);
    try {
      const gateways = await makeGateways(bench.lab, {
        name: NAME,
        directory,
        stacks: ["staging"],
      });
      await gateways.project.setVersion("staging", INSTALLED);
      return await withBareProgram(bench, (bare) =>
        withRoomyNode(bench.lab, (node) => measure(bench, gateways, bare, node)),
      );
    } finally {
      await clearGateways(bench.lab, NAME, directory);
    }
  },
};

async function measure(
  { runs, say }: Bench,
  { project }: Gateways,
  bare: BareProgram,
  node: RoomyNode,
): Promise<Measured> {
  const comparisons: Comparison[] = [];
  const registered: string[] = [];
  for (const size of SIZES) {
    const names = Array.from({ length: size }, (_, index) => `gateway-${index + 1}`);
    // null takes the instances of the size before away; a map would be merged into them.
    await project.configure("staging", { "gateways:instances": null });
    await project.configure("staging", { "gateways:instances": instances(names) });
    await bare.register(INSTALLED, names.map(namespaceOf));
    const counts = { ours: 0, other: 0 };
    const contest = {
      title: size === 1 ? "1 gateway" : `${size} gateways`,
      ours: async () => {
        await node.beat();
        const run = creates(await project.preview("staging"), size);
        counts.ours = run.steps.length;
        return run.seconds;
      },
      other: async () => {
        const run = creates(await bare.project.preview(BARE), size);
        counts.other = run.steps.length;
        return run.seconds;
      },
    };
    comparisons.push(...(await inTurns({ runs: Math.min(runs, MOST_RUNS), say }, [contest])));
    registered.push(`${contest.title}: ${counts.ours} against ${counts.other}`);
  }
  return {
    comparisons,
    facts: [
      `Resources in the preview, this program against the bare one: ${registered.join("; ")}.`,
    ],
  };
}

const namespaceOf = (gateway: string): string => `${NAME}-${gateway}`;

const instances = (names: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(names.map((name) => [name, { kubernetes: { namespace: namespaceOf(name) } }]));

/** The run, when it plans both Deployments of every gateway. @throws Error with what it plans */
function creates(run: PulumiRun, gateways: number): PulumiRun {
  const deployments = changing(succeeded(run).steps).filter(({ name }) => /deployment/.test(name));
  if (deployments.length === gateways * 2) return run;
  throw new Error(`expected ${gateways * 2} Deployments, not ${deployments.length}: ${run.all}`);
}
