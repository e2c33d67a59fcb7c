import { actionsOf, type BamfStage } from "./actions";
import { blocksIn, lineOf } from "../expect";

/** How many scenes {@link playBreakingHop} has. */
export const BREAKING_SCENES = 5;

const OLD = "v0.9.1";
const NEW = "v0.10.0";
const [from, to] = [OLD.slice(1), NEW.slice(1)];
/** The last revision that the older release knows. */
const HEAD = "a2b3c4d5";

/** Rows that both releases know, without what going up drops: the coordinates of a place. */
const contentOf = (places: "outposts" | "edges"): string => `
  SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT 'user ' || email || coalesce(display_name, '') AS line FROM users
    UNION ALL SELECT 'place ' || id || name || coalesce(region, '') || is_active FROM ${places}
  ) lines;
`;

const FILL = `
  INSERT INTO users (email, display_name)
  SELECT 'user-' || i || '@lab.example', 'User ' || i FROM generate_series(1, 500) i;
  INSERT INTO outposts (id, name, region, internal_token_hash, bridge_bootstrap_token_hash, latitude)
  SELECT gen_random_uuid(), 'place-' || i, 'region-' || i, md5('a' || i), md5('b' || i), i
  FROM generate_series(1, 5) i;
`;

/** From v0.9.1 to v0.10.0, which old pods do not outlive, and back with the schema. */
export async function playBreakingHop(stage: BamfStage): Promise<void> {
  const { story } = stage;
  const { up, edit, configure, preview, refusal, sql } = actionsOf(stage);
  const reason = "its notes are read, the window is agreed";
  let before = "";

  await story.play(`prod: install ${OLD}`, async () => {
    await up("prod");
    await sql("prod", FILL);
    before = await sql("prod", contentOf("outposts"));
    return { outcome: "installed and verified; 500 users and 5 places in its database" };
  });
  await story.play(`prod: preview ${NEW} without its consents`, async () => {
    await edit("prod", NEW);
    const run = await refusal("prod", /BLOCK hop/);
    return { outcome: `refused, all at once: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`prod: up ${NEW} with its consents`, async () => {
    const consent = { release: to, reason };
    await configure("prod", { notesRead: to, consents: { major: consent, window: consent } });
    const run = await up("prod");
    lineOf(run.all, /outpost.*edge/);
    const head = await sql("prod", "SELECT version_num FROM alembic_version;");
    return { outcome: `verified; values translated from outpost to edge, schema at ${head}` };
  });
  await story.play(`prod: preview back to ${OLD}`, async () => {
    await edit("prod", OLD);
    const run = await refusal("prod", /BLOCK hop/);
    lineOf(run.all, /the image of 0\.10\.0 takes the schema down to a2b3c4d5/);
    return { outcome: `refused without a consent: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`prod: up back to ${OLD} by the downgrade`, async () => {
    const downgrade = { release: from, from: to, revision: HEAD, reason };
    await configure("prod", {
      notesRead: null,
      consents: { major: null, window: null, downgrade },
    });
    await preview("prod");
    await up("prod");
    const after = await sql("prod", contentOf("outposts"));
    if (after !== before) throw new Error(`the data is not as it was: ${before} became ${after}`);
    const head = await sql("prod", "SELECT version_num FROM alembic_version;");
    if (head !== HEAD) throw new Error(`the schema is at ${head}`);
    return { outcome: "verified; schema down by the newer image, data as before" };
  });
}
