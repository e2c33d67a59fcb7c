import { lineOf, unchanged } from "../expect";
import { actionsOf, type DockerDemoStage } from "./actions";

/** How many scenes {@link playUpgrade} has. */
export const UPGRADE_SCENES = 3;

const OLD = "1.0.0";
const NEW = "1.1.0";

/** From 1.0.0 to 1.1.0 under load, and back by reverting one line. */
export async function playUpgrade(stage: DockerDemoStage): Promise<void> {
  const { gateway, story } = stage;
  const { configure, edit, preview, upUnderLoad } = actionsOf(stage);

  await story.play(`up ${NEW} under load`, async () => {
    const reason = "the migration is a step now";
    await configure({ adopt: null, consents: { orphans: { release: NEW, reason } } });
    await edit(NEW);
    const { run, load, streams } = await upUnderLoad();
    const proven = /proven: .*/.exec(run.all)?.[0] ?? "no proven backup";
    return { outcome: `verified; backup ${proven}; ${streams}`, load };
  });
  await story.play("preview again", async () => {
    unchanged(await preview());
    return { outcome: "0 changes" };
  });
  await story.play(`up back to ${OLD} under load`, async () => {
    await configure({ consents: null });
    await edit(OLD);
    lineOf((await preview()).all, /Rollback from 1\.1\.0 to 1\.0\.0 within major 1: programs only/);
    const { load, streams } = await upUnderLoad();
    const agents = await gateway.sql("SELECT count(*) FROM agents");
    return { outcome: `verified; database untouched, ${agents} agents; ${streams}`, load };
  });
}
