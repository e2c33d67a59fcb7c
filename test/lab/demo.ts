import { join } from "node:path";
import { argv, stdout } from "node:process";
import { ADOPTION_SCENES, playAdoption } from "./demo/adoption";
import { clearGateways } from "./demo/clear";
import { MAIN_SCENES, playMainJob } from "./demo/main-job";
import { MAJOR_SCENES, playMajor } from "./demo/major";
import { Story } from "./demo/story";
import { table } from "./demo/table";
import { makeGateways, type Gateways, type Stack } from "./gateways";
import { labDown, labState, labUp, type Lab } from "./lab";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/**
 * Shows the main job on a real cluster: staging first, then prod, under load, and back; then a major and the way back with a restore; then the
 * adoption of an install by Helm. Exit 0 only if everything went as told.
 */
async function main(keep: boolean): Promise<void> {
  const began = Date.now();
  const ranBefore = (await labState()).daemons.some(({ pid }) => pid !== undefined);
  // No scene asks for a name of the cluster, for Prometheus or for a bucket; whoever looks at the lab afterwards may.
  const lab = await labUp(say, keep ? {} : { without: ["coredns", "prometheus", "versitygw"] });
  const directory = join(lab.home, "demo");
  const story = new Story(MAIN_SCENES + MAJOR_SCENES + ADOPTION_SCENES, say);
  try {
    const gateways = await emptyGateways(lab, "demo", directory);
    const stage = { lab, gateways, story, say };
    await playMainJob(stage);
    await playMajor(stage);
    const helmDirectory = join(lab.home, "demo-helm");
    const helmGateways = await emptyGateways(lab, "demo-helm", helmDirectory, ["prod"]);
    await playAdoption({ ...stage, gateways: helmGateways });
    say(`\n${table(story.rows()).join("\n")}\n`);
    say(
      `done in ${((Date.now() - began) / 60_000).toFixed(1)} minutes, with ${lab.plugins} plugins`,
    );
    if (keep) for (const line of howToLook(directory)) say(line);
  } finally {
    if (!keep && !ranBefore) await labDown(say);
  }
}

/** Databases and project of new gateways, with nothing left of an earlier demo. */
async function emptyGateways(
  lab: Lab,
  name: string,
  directory: string,
  stacks?: readonly Stack[],
): Promise<Gateways> {
  await clearGateways(lab, name, directory);
  const alone = stacks === undefined ? {} : { stacks, config: { "gateways:promotion": null } };
  return makeGateways(lab, { name, directory, ...alone });
}

const howToLook = (directory: string): readonly string[] => [
  "\nThe lab still runs. To look at it:",
  `  eval "$(npm run -s lab -- env)"; export PULUMI_OPTION_CWD=${directory} PULUMI_BACKEND_URL=file://${directory}/.state`,
  "  pulumi preview --stack prod        # change version in Pulumi.prod.yaml there, and look again",
  "  pulumi stack output --stack prod",
  "  kubectl get pods,jobs,pdb --namespace demo-prod",
  "To end it: npm run lab -- down",
];

main(argv.includes("--keep")).catch((error: unknown) => {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
