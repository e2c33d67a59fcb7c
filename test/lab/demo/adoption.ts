import { clusterEyes } from "../cluster-eyes";
import { installByHelm } from "../helm-install";
import { actionsOf, type Stage } from "./actions";
import { lineOf, unchanged } from "./expect";

/** How many scenes {@link playAdoption} has. */
export const ADOPTION_SCENES = 2;

const RUNNING = "1.0.0";

/** Somebody has installed the chart with Helm; it is taken over while it serves. */
export async function playAdoption(stage: Stage): Promise<void> {
  const { lab, gateways, story, say } = stage;
  const { configure, edit, preview, upUnderLoad } = actionsOf(stage);
  const eyes = clusterEyes(lab, gateways.namespace("prod"));
  const pods = async () =>
    (await eyes.pods({ "app.kubernetes.io/name": "mnemom-gateway" }))
      .map(({ name, uid, startedAt }) => `${name} ${uid} ${startedAt}`)
      .sort();
  let before: readonly string[] = [];

  await story.play(`helm install ${RUNNING}, as somebody did it long ago`, async () => {
    await installByHelm(lab, gateways, "prod", { version: RUNNING });
    before = await pods();
    return { outcome: `${before.length} pods of the chart as shipped` };
  });
  await story.play("prod: up with adopt: true under load", async () => {
    await edit("prod", RUNNING);
    await configure("prod", { adopt: true });
    const { run, load } = await upUnderLoad("prod");
    const after = await pods();
    if (JSON.stringify(after) !== JSON.stringify(before))
      throw new Error(`pods were restarted: ${before.join(", ")} became ${after.join(", ")}`);
    say(lineOf(run.all, /delete secret sh\.helm\.release/));
    unchanged(await preview("prod"));
    return { outcome: `taken over and verified, no pod restarted; 0 changes left`, load };
  });
}
