import { actionsOf, type Stage } from "./actions";
import { blocksIn, lineOf } from "./expect";

/** How many scenes {@link playMajor} has. */
export const MAJOR_SCENES = 6;

const OLD = "1.0.0";
const NEW = "2.0.0";
const LATE_ROWS = 25;
/** Rows and content of a table that both majors have, without the column that the major drops. */
export const CONTENT =
  "SELECT count(*) || ' ' || md5(string_agg(a::text, ',' ORDER BY id)) FROM (SELECT id, agent_hash, name, settings FROM agents) a";

/** From where the main job ends over a major, and back with the database. */
export async function playMajor(stage: Stage): Promise<void> {
  const { gateways, story } = stage;
  const { up, edit, configure, preview, refusal, sql, dumpBefore } = actionsOf(stage);
  const consent = { release: NEW, reason: "its notes are read, the window is agreed" };
  const prepare = async (stack: "staging" | "prod") => {
    const path = "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY";
    await gateways.project.setSecret(stack, path, "agent-key-of-the-demo");
    await configure(stack, { notesRead: NEW, consents: { major: consent } });
  };
  let before = "";

  await story.play(`prod: preview ${NEW}`, async () => {
    await edit("prod", NEW);
    const run = await refusal("prod", /BLOCK version-policy/);
    return { outcome: `refused, all at once: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`staging: up ${NEW} with its consents`, async () => {
    await prepare("staging");
    await edit("staging", NEW);
    await up("staging");
    return { outcome: `verified; evidence for ${NEW}` };
  });
  await story.play(`prod: up ${NEW} with its consents`, async () => {
    before = await sql("prod", CONTENT);
    await prepare("prod");
    const run = await up("prod");
    lineOf(run.all, /Going back: set the version to 1\.0\.0 and restore the backup/);
    return { outcome: "verified; migrated; going back would need a restore" };
  });
  await story.play(`prod: preview back to ${OLD}`, async () => {
    await sql(
      "prod",
      `INSERT INTO agents (agent_hash, name) SELECT md5('late' || i), 'late ' || i FROM generate_series(1, ${LATE_ROWS}) i`,
    );
    await edit("prod", OLD);
    const run = await refusal("prod", /BLOCK restore/);
    const lost = /\d+ rows? written since then would be lost \([^)]*\)/.exec(run.all)?.[0];
    if (lost?.startsWith(`${LATE_ROWS} `) !== true)
      throw new Error(`expected ${LATE_ROWS} rows at risk, was told: ${String(lost)}`);
    return { outcome: `refused without a consent: ${lost}` };
  });
  await story.play("prod: preview again with the consent", async () => {
    const dump = await dumpBefore("prod", NEW);
    const restore = { release: OLD, dump, reason: "2.0.0 does not keep its promise" };
    await configure("prod", { consents: { major: null, restore } });
    await preview("prod");
    return { outcome: `allowed: restores ${dump}` };
  });
  await story.play(`prod: up back to ${OLD} with the restore`, async () => {
    await up("prod");
    const after = await sql("prod", CONTENT);
    if (after !== before) throw new Error(`the data is not as it was: ${before} became ${after}`);
    const [kept = ""] = (
      await sql(
        "prod",
        `SELECT datname FROM pg_database WHERE starts_with(datname, '${gateways.database("prod")}_before_')`,
      )
    ).split("\n");
    return { outcome: `verified; data as before, ${kept} kept with the later rows` };
  });
}
