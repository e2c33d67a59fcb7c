import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeStage, type Stage } from "./stage";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** The main job, told step by step: each test goes on where the one before it ended. */
describe("a gateway in prod", () => {
  let stage: Stage;
  let backups: string;

  beforeAll(async () => {
    stage = await makeStage("upgrade", ["staging", "prod"]);
    backups = join(stage.project.directory, "backups");
    // Drain, watch, probes and deadlines as an operator has them who names none; all other tests make them short.
    const lengths = { rollout: null, schema: null, verify: null, values: null };
    await stage.project.configure("prod", { "gateways:smoltbot": lengths });
    for (const stack of ["staging", "prod"] as const) {
      const installed = await stage.project.up(stack);
      expect(installed.exitCode, installed.all).toBe(0);
    }
    await stage.seed("prod", 200);
    await stage.project.setVersion("staging", "1.1.0");
    const proven = await stage.project.up("staging");
    expect(proven.exitCode, proven.all).toBe(0);
  });
  afterAll(() => stage.clear());

  test("that is up to date has no changes, takes no backup and says so (S-02)", async () => {
    const dumps = await readdir(backups).catch(() => []);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(changes(run)).toEqual([]);
    expect(await readdir(backups).catch(() => [])).toEqual(dumps);
  });

  test("shows in preview what a bump of one line changes and what going back would take (S-25, S-26, S-45 to S-48)", async () => {
    const edit = await stage.project.setVersion("prod", "1.1.0");
    expect(edit.split("\n")).toHaveLength(2);
    const preview = await stage.project.preview("prod", { args: ["--diff"] });
    expect(preview.exitCode, preview.all).toBe(0);
    expect(preview.all).toMatch(
      /Minor upgrade from 1\.0\.0 to 1\.1\.0\. Going back: set the version to 1\.0\.0; programs only/,
    );
    expect(preview.all).toMatch(
      /image *: "ghcr\.io\/mnemom\/gateway:1\.0\.0" => "ghcr\.io\/mnemom\/gateway:1\.1\.0"/,
    );
    const kinds = changes(preview).map(({ urn }) => urn.split("::").at(-1));
    expect(new Set(kinds)).toEqual(
      new Set([
        "smoltbot-backup",
        "smoltbot-migration",
        "smoltbot-schema",
        "smoltbot-deployment-smoltbot-mnemom-gateway-gateway",
        "smoltbot-deployment-smoltbot-mnemom-gateway-observer",
        "smoltbot-rollout",
        "smoltbot-verification",
      ]),
    );
  });

  test("is upgraded under load without a failed request, with a proven backup and a migrated database (S-02, S-14, S-16, S-28, S-29, S-32, S-54)", async () => {
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    const { sent, byError } = await load.stop();
    expect(run.exitCode, run.all).toBe(0);
    expect(sent).toBeGreaterThan(200);
    expect(byError).toEqual({});

    const manifest = (await readdir(backups)).find((name) => /prod.*1\.1\.0.*manifest/.test(name));
    const text = await readFile(join(backups, manifest ?? ""), "utf8");
    expect(JSON.parse(text)).toMatchObject({ proven: true, schemaHead: "002_checkpoints.sql" });
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toBe(
      "004_nudges.sql",
    );
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.1.0", schemaHead: "004_nudges.sql", probes: { failed: 0 } },
    });
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("goes back by reverting the line, under load without a failed request, with its data as it was and no migration run (S-41, S-42, S-44, S-48)", async () => {
    const rows = await stage.sql("prod", "SELECT count(*) FROM agents");
    await stage.project.setVersion("prod", "1.0.0");
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    const { byError } = await load.stop();
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toMatch(/Rollback from 1\.1\.0 to 1\.0\.0 within major 1: programs only/);
    expect(run.all).toMatch(/going back to 1\.0\.0 leaves the schema as it is/);
    expect(byError).toEqual({});
    expect(await stage.sql("prod", "SELECT count(*) FROM agents")).toBe(rows);
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.0.0" },
    });
  });
});
