import { join } from "node:path";
import { makeGateways, type Gateways, type Stack } from "../gateways";
import type { Lab } from "../lab";
import { ADOPTION_SCENES, playAdoption } from "./adoption";
import { clearGateways } from "./clear";
import type { Demo } from "./demo-of-product";
import { MAIN_SCENES, playMainJob } from "./main-job";
import { MAJOR_SCENES, playMajor } from "./major";

/**
 * Staging first, then prod, under load, and back; then a major and the way back with a restore, and beside it the adoption of an install by Helm, which shares
 * nothing with them. No scene asks for a name of the cluster, for Prometheus or for a bucket.
 */
export const smoltbotDemo: Demo = {
  scenes: MAIN_SCENES + MAJOR_SCENES + ADOPTION_SCENES,
  without: ["coredns", "prometheus", "versitygw"],
  play: async ({ lab, story, say }) => {
    const directory = join(lab.home, "demo");
    const gateways = await emptyGateways(lab, "demo", directory);
    const stage = { lab, gateways, story, say };
    await playMainJob(stage);
    const helmDirectory = join(lab.home, "demo-helm");
    const helmGateways = await emptyGateways(lab, "demo-helm", helmDirectory, ["prod"]);
    await story.playBeside(
      MAJOR_SCENES,
      () => playMajor(stage),
      (beside, keep) => playAdoption({ lab, gateways: helmGateways, story: beside, say: keep }),
    );
    return { directory, namespace: gateways.namespace("prod") };
  },
};

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
