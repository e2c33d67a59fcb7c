import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.9.1";
const NEW = "v0.10.0";
const [from, to] = [OLD.slice(1), NEW.slice(1)];
/** The last revisions of both. */
const [OLD_HEAD, NEW_HEAD] = ["a2b3c4d5", "c4f5a6b7"];
const HEAD = "SELECT version_num FROM alembic_version;";
const USERS = "SELECT md5(string_agg(email, ',' ORDER BY email)) FROM users;";
const reason = "a test";

/** Each test on what the one before it left. */
describe("a BAMF before a hop that breaks old pods", () => {
  let stage: BamfStage;
  let users: string;

  beforeAll(async () => {
    stage = await makeBamfStage("bamf-hop", OLD, { bridges: 2 });
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
    await stage.sql(
      "prod",
      "INSERT INTO users (email) SELECT 'user-' || i FROM generate_series(1, 100) i;",
    );
    users = await stage.sql("prod", USERS);
  });
  afterAll(() => stage.clear());

  test("is not upgraded without a consent to the window, and nothing is touched (T-26)", async () => {
    await stage.want("prod", NEW);
    const before = await stage.eyes("prod").versions();
    const run = await stage.project.up("prod");
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK version-policy/);
    expect(run.all).toMatch(/BLOCK hop .*window/);
    expect(await stage.eyes("prod").versions()).toEqual(before);
    expect(await stage.sql("prod", HEAD)).toBe(OLD_HEAD);
  });

  test("is upgraded with its consents and a proven backup, its values translated and shown, and where its schema stands (B-04, B-19, B-28, T-27)", async () => {
    const consent = { release: to, reason };
    const settings = { notesRead: to, consents: { major: consent, window: consent } };
    await stage.project.configure("prod", { "gateways:bamf": settings });
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toMatch(/outpost\S*.*edge/);
    expect(run.all).toMatch(/WARN schema-head .*revision a2b3c4d5, .* adds b3e4d5c6 .*c4f5a6b7/);
    const backups = join(stage.project.directory, "backups");
    const manifest = (await readdir(backups)).find((name) => /prod.*0\.10\.0.*manifest/.test(name));
    const text = await readFile(join(backups, manifest ?? ""), "utf8");
    expect(JSON.parse(text)).toMatchObject({ proven: true, schemaHead: OLD_HEAD });
    expect(await stage.sql("prod", HEAD)).toBe(NEW_HEAD);
    expect(await stage.sql("prod", USERS)).toBe(users);
    await stage.joinForeignAgent("prod", NEW);
    const tunnels = await stage.users("prod", { hold: 2 });
    expect((await tunnels.report()).held).toMatchObject({ kept: 2, failed: 0 });
    await tunnels.stop();
  });

  test("goes back by the downgrade of the newer image, with a consent to it and its data as it was (B-27, B-29, B-33, T-18, T-19)", async () => {
    await stage.want("prod", OLD);
    const refused = await stage.project.preview("prod");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/BLOCK hop .*downgrade/);
    const downgrade = { release: from, from: to, revision: OLD_HEAD, reason };
    const consents = { major: null, window: null, downgrade };
    await stage.project.configure("prod", { "gateways:bamf": { notesRead: null, consents } });
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toMatch(/the image of 0\.10\.0 takes the schema down to a2b3c4d5/);
    expect(await stage.sql("prod", HEAD)).toBe(OLD_HEAD);
    expect(await stage.sql("prod", USERS)).toBe(users);
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
  });
});
