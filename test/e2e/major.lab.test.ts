import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.2.0";
const NEW = "2.0.0";
const CONTENT =
  "SELECT count(*), md5(string_agg(a::text, ',' ORDER BY id)) FROM (SELECT id, agent_hash, name, settings FROM agents) a";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** A gateway over a major and back, told step by step: each test goes on where the one before it ended. */
describe("a gateway before a major", () => {
  let stage: Stage;
  let before: string;
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const dumpBefore = async (release: string) =>
    (await readdir(join(stage.project.directory, "backups"))).find(
      (name) => name.includes(`before-${release}`) && !name.endsWith(".json"),
    ) ?? "";

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    await configure({ backup: { directory: join(stage.project.directory, "backups") } });
    await stage.seed("prod", 200);
    before = await stage.sql("prod", CONTENT);
  });
  afterAll(() => stage.clear());

  test("is refused without its consents, with every finding at once and nothing touched (S-01, S-24, S-47)", async () => {
    const versions = await stage.eyes("prod").versions();
    await stage.project.setVersion("prod", NEW);
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode).not.toBe(0);
    for (const gate of ["version-policy", "notes", "required-keys"]) {
      expect(preview.all).toMatch(new RegExp(`BLOCK ${gate} `));
    }
    expect(preview.all).toMatch(
      /Going back: set the version to 1\.2\.0 and restore the backup of this upgrade/,
    );
    const up = await stage.project.up("prod");
    expect(up.exitCode).not.toBe(0);
    expect(up.all).toMatch(/nothing was touched/);
    expect(await stage.eyes("prod").versions()).toEqual(versions);
  });

  test("is upgraded with them, after a proven backup (S-02, S-47)", async () => {
    await stage.project.setSecret("prod", "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    await configure({
      notesRead: NEW,
      consents: { major: { release: NEW, reason: "planned for tonight" } },
    });
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toMatch(/proven: \d+ rows/);
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toMatch(/^010/);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("is refused the way back without a consent that names the dump, and told how many rows would be lost (S-44)", async () => {
    await stage.sql(
      "prod",
      "INSERT INTO agents (agent_hash, name) SELECT md5('late ' || i), 'late ' || i FROM generate_series(1, 7) i",
    );
    await stage.project.setVersion("prod", OLD);
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode).not.toBe(0);
    expect(preview.all).toMatch(/Rollback from 2\.0\.0 to 1\.2\.0 across a major/);
    expect(preview.all).toContain("7 rows written since then would be lost (public.agents 7)");
    expect(preview.all).toContain(`dump: "${await dumpBefore(NEW)}"`);
    expect(preview.all).toMatch(/BLOCK restore /);
  });

  test("goes back with it: the database as it was, the newer one kept, the older release verified (S-35, S-39, S-41, S-44)", async () => {
    await configure({
      consents: {
        major: null,
        restore: { release: OLD, dump: await dumpBefore(NEW), reason: "2.0.0 is too slow" },
      },
    });
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    expect(preview.all).toMatch(/WARN restore .*7 rows written since/);
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);

    expect(await stage.sql("prod", CONTENT)).toBe(before);
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toMatch(/^007/);
    const kept = await stage.sql(
      "prod",
      `SELECT datname FROM pg_database WHERE datname LIKE '${stage.database("prod")}\\_before%'`,
    );
    expect(kept.split("\n")).toHaveLength(1);
    const outputs = await stage.project.outputs("prod");
    expect(outputs).toMatchObject({ smoltbotEvidence: { version: OLD } });
    const history = outputs["smoltbotHistory"] as readonly { readonly version: string }[];
    expect(history.map(({ version }) => version)).toEqual([OLD, NEW, OLD]);
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
    expect(pods.filter(({ ready }) => ready).flatMap(({ images }) => images)).toEqual(
      Array(2).fill(`ghcr.io/mnemom/gateway:${OLD}`),
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("restores nothing a second time, whatever is still consented to (S-44)", async () => {
    await stage.sql("prod", "INSERT INTO agents (agent_hash, name) VALUES (md5('after'), 'after')");
    await stage.project.setVersion("prod", "1.1.0");
    expect((await stage.project.up("prod")).exitCode).toBe(0);
    await stage.project.setVersion("prod", OLD);
    const again = await stage.project.up("prod");
    expect(again.exitCode, again.all).toBe(0);
    expect(await stage.sql("prod", "SELECT count(*) FROM agents WHERE name = 'after'")).toBe("1");
  });
});
