import { seedDatabase } from "../database";
import { actionsOf, type Stage } from "./actions";
import { lineOf, unchanged } from "./expect";

/** How many scenes {@link playMainJob} has. */
export const MAIN_SCENES = 9;

const OLD = "1.0.0";
const NEW = "1.1.0";
const ROWS = 2000;

/** From 1.0.0 to 1.1.0, staging first, prod under load, and back by reverting one line. */
export async function playMainJob(stage: Stage): Promise<void> {
  const { lab, gateways, story } = stage;
  const { up, edit, preview, refusal, upUnderLoad, sql } = actionsOf(stage);

  await story.play(`staging: install ${OLD}`, async () => {
    await edit("staging", OLD);
    await up("staging");
    return { outcome: "installed and verified" };
  });
  await story.play(`prod: install ${OLD}`, async () => {
    await edit("prod", OLD);
    await up("prod");
    const database = gateways.database("prod");
    await seedDatabase(lab, { database, role: database }, ROWS);
    return { outcome: `installed and verified, ${ROWS} agents in its database` };
  });
  await story.play(`prod: preview ${NEW}`, async () => {
    await edit("prod", NEW);
    await refusal("prod", /BLOCK staging-evidence/);
    return { outcome: "refused: staging has not proven it" };
  });
  await story.play(`staging: up ${NEW}`, async () => {
    await edit("staging", NEW);
    await up("staging");
    return { outcome: `verified; evidence for ${NEW}` };
  });
  await story.play(`prod: preview ${NEW} again`, async () => {
    await preview("prod", ["--diff"]);
    return { outcome: "allowed: diff and report shown" };
  });
  await story.play(`prod: up ${NEW} under load`, async () => {
    const { run, load } = await upUnderLoad("prod");
    const proven = /proven: .*/.exec(run.all)?.[0] ?? "no proven backup";
    return { outcome: `verified; backup ${proven}`, load };
  });
  await story.play("prod: preview again", async () => {
    unchanged(await preview("prod"));
    return { outcome: "0 changes" };
  });
  await story.play(`prod: preview back to ${OLD}`, async () => {
    await edit("prod", OLD);
    const run = await preview("prod");
    lineOf(run.all, /Rollback from 1\.1\.0 to 1\.0\.0 within major 1: programs only/);
    return { outcome: "programs only, no restore" };
  });
  await story.play(`prod: up back to ${OLD} under load`, async () => {
    const { load } = await upUnderLoad("prod");
    const agents = await sql("prod", "SELECT count(*) FROM agents");
    return { outcome: `verified; database untouched, ${agents} agents`, load };
  });
}
