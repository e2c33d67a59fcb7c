import { join } from "node:path";
import { chartName } from "../../lab/bamf/chart-folder";
import { clearBamf } from "../../lab/bamf/clear";
import { ensureBamf } from "../../lab/bamf/ensure";
import { bamfConfigOf, bamfSecretsOf, ensureBamfDatabase } from "../../lab/bamf/gateways";
import { withStartedApi } from "../../lab/bamf/helm";
import { labValues } from "../../lab/bamf/lab-values";
import { clearGateways } from "../../lab/demo/clear";
import { succeeded } from "../../lab/demo/expect";
import { changing } from "../../lab/engine/steps-of-log";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { makeGateways, type Gateways } from "../../lab/gateways";
import { readSettings } from "../../lab/settings";
import { BARE, placedIn, withBareProgram, type BareProgram } from "../bare-project";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured } from "../measure";
import { renderPlainly } from "../render-chart";
import { INSTALLED } from "../with-gateway";

const NAME = "bench-pair";
/** Where the BAMF is: smoltbot has the name itself. */
const BAMF = `${NAME}-bamf`;
const RELEASE = "v0.11.0";
const LAYOUT = "edge";
const BRIDGES = 2;

const names = {
  namespace: `${BAMF}-staging`,
  database: `${BAMF}-staging`.replaceAll("-", "_"),
};

/** What a preview costs where one stack holds both products. */
export const pair: Measure = {
  name: "pair",
  title: "Preview of both products",
  about: `\`pulumi preview\` of the first install of a smoltbot and a BAMF in one stack, against a bare program that registers the objects of their charts: its preview of the one and its preview of the other, added up. Nothing is installed.`,
  run: async (bench) => {
    const { lab } = bench;
    const directory = join(bench.directory, "pair");
    const { charts } = await ensureBamf(readSettings(process.env), bench.say);
    const clear = async () => {
      await clearBamf(lab, BAMF, directory);
      await clearGateways(lab, NAME, directory);
    };
    await clear();
    try {
      await ensureBamfDatabase(lab, names.database);
      const options = { release: RELEASE, charts, bridges: BRIDGES };
      const gateways = await makeGateways(lab, {
        ...{ name: NAME, directory, stacks: ["staging"] },
        config: { "gateways:bamf": bamfConfigOf(lab, options, names)["gateways:bamf"] },
      });
      await gateways.project.setVersion("staging", INSTALLED);
      await gateways.project.setSecrets("staging", bamfSecretsOf(lab, names));
      return await withBareProgram(bench, (bare) => measure(bench, gateways, bare, charts));
    } finally {
      await clear();
    }
  },
};

async function measure(
  bench: Bench,
  { project }: Gateways,
  bare: BareProgram,
  charts: string,
): Promise<Measured> {
  const objects = await objectsOfBamf(bench, charts);
  const counts = { ours: 0, other: 0 };
  const comparisons = await inTurns(bench, [
    {
      title: "both in one stack",
      ours: async () => {
        const run = creates(await project.preview("staging"), /^bamf-bridge|smoltbot/);
        counts.ours = run.steps.length;
        return run.seconds;
      },
      other: async () => {
        await bare.register(INSTALLED, [`${NAME}-staging`]);
        const one = creates(await bare.project.preview(BARE), /smoltbot/);
        await bare.put(objects);
        const two = creates(await bare.project.preview(BARE), /bamf-bridge/);
        counts.other = one.steps.length + two.steps.length;
        return one.seconds + two.seconds;
      },
    },
  ]);
  return {
    comparisons,
    facts: [
      `Resources in the previews, this program against the bare one: ${counts.ours} against ${counts.other}.`,
    ],
  };
}

async function objectsOfBamf({ lab }: Bench, charts: string): Promise<readonly object[]> {
  const { namespace } = names;
  const database = { host: lab.postgres.podHost, port: lab.postgres.port, name: names.database };
  const values = withStartedApi(
    labValues({ namespace, layout: LAYOUT, database, bridges: BRIDGES }),
  );
  const chart = join(charts, `${chartName(RELEASE)}.tgz`);
  const rendered = await renderPlainly(lab, "bamf", namespace, values, chart);
  const around = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  return [around, ...rendered.map(placedIn(namespace))];
}

/** The run, when it plans something of that name. @throws Error with what it plans */
function creates(run: PulumiRun, name: RegExp): PulumiRun {
  if (changing(succeeded(run).steps).some((step) => name.test(step.name))) return run;
  throw new Error(`nothing with the name ${String(name)} is planned: ${run.all}`);
}
