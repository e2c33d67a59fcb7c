import { join } from "node:path";
import { succeeded } from "../../lab/demo/expect";
import { changing } from "../../lab/engine/steps-of-log";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import {
  ensureGatewayDatabase,
  makeGateways,
  secretsOfGateway,
  type Gateways,
} from "../../lab/gateways";
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
  about: `\`pulumi preview\` of the first install of ${SIZES.join(", ")} gateways in one stack, each with a namespace and a database of its own, against a bare program that registers the same objects of the same chart as often and does nothing else. Nothing is installed: so many gateways are more than this machine can run, so the cluster shows the preflight one more node with room for all of them, and the section Preview has an installed one. At most ${MOST_RUNS} runs.`,
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
  bench: Bench,
  gateways: Gateways,
  bare: BareProgram,
  node: RoomyNode,
): Promise<Measured> {
  const { runs, say } = bench;
  const { project } = gateways;
  const comparisons: Comparison[] = [];
  const registered: string[] = [];
  for (const size of SIZES) {
    const names = Array.from({ length: size }, (_, index) => `gateway-${index + 1}`);
    // null takes the instances of the size before away; a map would be merged into them.
    await project.configure("staging", {
      "gateways:instances": null,
      "gateways:instanceSecrets": null,
    });
    await project.configure("staging", { "gateways:instances": instances(names) });
    await giveDatabases(bench, gateways, names);
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

/** An empty database for each, all of one role: two gateways may not share one. */
async function giveDatabases(
  { lab }: Bench,
  gateways: Gateways,
  names: readonly string[],
): Promise<void> {
  const role = gateways.database("staging");
  const shared = secretsOfGateway(lab, gateways, "staging");
  const secrets: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const database = `${role}_${index + 1}`;
    await ensureGatewayDatabase(lab, database, role);
    const own = (path: string) => (shared[path] ?? "").replace(/[^/]*$/, database);
    const at = `gateways:instanceSecrets.${name}`;
    secrets[`${at}.environment.POSTGRES_URL`] = own("gateways:smoltbotSecrets.POSTGRES_URL");
    secrets[`${at}.databaseUrl`] = own("gateways:smoltbotDatabaseUrl");
  }
  await gateways.project.setSecrets("staging", secrets);
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
