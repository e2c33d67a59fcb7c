import { changing } from "../../lab/engine/steps-of-log";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { succeeded, unchanged } from "../../lab/demo/expect";
import { BARE, withBareProject, type BareProject } from "../bare-project";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured } from "../measure";
import { INSTALLED, withGateway } from "../with-gateway";
import type { Gateways } from "../../lab/gateways";

const NEXT = "1.0.1";

/** What a preview costs with checks, steps and evidence, over one of the same objects without. */
export const preview: Measure = {
  name: "preview",
  title: "Preview",
  about:
    "`pulumi preview` of an installed gateway, against a bare program that registers the same objects of the same chart from a file and does nothing else: no rendering, no look at the cluster, the database or the evidence, no checks, no steps.",
  run: (bench) =>
    withGateway(bench, (gateways) =>
      withBareProject(bench, gateways, (bare) => measure(bench, gateways, bare)),
    ),
};

async function measure(bench: Bench, gateways: Gateways, bare: BareProject): Promise<Measured> {
  const registered = { ours: 0, other: 0 };
  const still = await inTurns(bench, [
    {
      title: "no change",
      ours: async () => {
        const { steps, seconds } = unchanged(await gateways.project.preview("staging"));
        registered.ours = steps.length;
        return seconds;
      },
      other: async () => {
        const { steps, seconds } = unchanged(await bare.project.preview(BARE));
        registered.other = steps.length;
        return seconds;
      },
    },
  ]);
  await gateways.project.setVersion("staging", NEXT);
  await bare.setVersion(NEXT);
  const bump = await inTurns(bench, [
    {
      title: `${INSTALLED} to ${NEXT}`,
      ours: async () => changed(await gateways.project.preview("staging")).seconds,
      other: async () => changed(await bare.project.preview(BARE)).seconds,
    },
  ]);
  return {
    comparisons: [...still, ...bump],
    facts: [
      `This program registers ${registered.ours} resources, the bare one ${registered.other}; both show no change where there is none.`,
    ],
  };
}

/** The run, when it plans to change both Deployments. @throws Error with what it plans */
function changed(run: PulumiRun): PulumiRun {
  const plans = changing(succeeded(run).steps);
  if (plans.filter(({ name }) => /deployment/.test(name)).length === 2) return run;
  throw new Error(`expected both Deployments to change: ${JSON.stringify(plans)}`);
}
