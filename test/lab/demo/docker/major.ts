import { blocksIn, lineOf } from "../expect";
import { CONTENT } from "../major";
import { actionsOf, type DockerDemoStage } from "./actions";

/** How many scenes {@link playMajor} has. */
export const MAJOR_SCENES = 4;

const OLD = "1.0.0";
const NEW = "2.0.0";
const LATE_ROWS = 25;
/** Over a major, and back with the database. */
export async function playMajor(stage: DockerDemoStage): Promise<void> {
  const { gateway, story } = stage;
  const { configure, dumpBefore, edit, preview, refusal, setSecret, up } = actionsOf(stage);
  const { sql } = gateway;
  let before = "";

  await story.play(`preview ${NEW}`, async () => {
    await edit(NEW);
    const run = await refusal(/BLOCK version-policy/);
    return { outcome: `refused, all at once: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`up ${NEW} with its consents`, async () => {
    before = await sql(CONTENT);
    await setSecret("MNEMOM_AGENT_KEY", "agent-key-of-the-demo");
    const major = { release: NEW, reason: "its notes are read, the window is agreed" };
    await configure({ notesRead: NEW, consents: { major } });
    const run = await up();
    lineOf(run.all, /Going back: set the version to 1\.0\.0 and restore the backup/);
    return { outcome: "verified; migrated; going back would need a restore" };
  });
  await story.play(`preview back to ${OLD}`, async () => {
    await sql(
      `INSERT INTO agents (agent_hash, name) SELECT md5('late' || i), 'late ' || i FROM generate_series(1, ${LATE_ROWS}) i`,
    );
    await edit(OLD);
    const run = await refusal(/BLOCK restore/);
    const lost = /\d+ rows? written since then would be lost \([^)]*\)/.exec(run.all)?.[0];
    if (lost?.startsWith(`${LATE_ROWS} `) !== true)
      throw new Error(`expected ${LATE_ROWS} rows at risk, was told: ${String(lost)}`);
    return { outcome: `refused without a consent: ${lost}` };
  });
  await story.play(`up back to ${OLD} with the restore`, async () => {
    const dump = await dumpBefore(NEW);
    const restore = { release: OLD, dump, reason: `${NEW} does not keep its promise` };
    await configure({ consents: { major: null, restore } });
    await preview();
    await up();
    const after = await sql(CONTENT);
    if (after !== before) throw new Error(`the data is not as it was: ${before} became ${after}`);
    return { outcome: `verified; data as before, from ${dump}` };
  });
}
