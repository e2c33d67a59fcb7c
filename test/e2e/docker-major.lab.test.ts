import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";

const OLD = "1.2.0";
const NEW = "2.0.0";
const CONTENT =
  "SELECT count(*), md5(string_agg(a::text, ',' ORDER BY id)) FROM (SELECT id, agent_hash, name, settings FROM agents) a";

/** A gateway on a Docker host over a major and back, told step by step: each test goes on where the one before it ended. */
describe("a gateway on a Docker host before a major", () => {
  let stage: DockerStage;
  let before: string;

  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure(DOCKER_STACK, { "gateways:smoltbot": smoltbot });
  const well = (run: PulumiRun) => {
    expect(run.exitCode, run.all).toBe(0);
  };
  const dumpBefore = async (release: string) =>
    (await readdir(join(stage.project.directory, "backups"))).find(
      (name) => name.includes(`before-${release}`) && !name.endsWith(".json"),
    ) ?? "";

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "major", 18_704);
    await stage.project.setVersion(DOCKER_STACK, OLD);
    well(await stage.project.up(DOCKER_STACK));
    await stage.seed(200);
    before = await stage.sql(CONTENT);
  });
  afterAll(() => stage.clear());

  test("is upgraded with its consents, after a proven backup (S-02, S-47)", async () => {
    await stage.project.setVersion(DOCKER_STACK, NEW);
    await stage.project.setSecret(
      DOCKER_STACK,
      "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY",
      "an agent",
    );
    await configure({
      notesRead: NEW,
      consents: { major: { release: NEW, reason: "planned for tonight" } },
    });
    const run = await stage.project.up(DOCKER_STACK);
    well(run);
    expect(run.all).toMatch(/proven: \d+ rows/);
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toMatch(/^010/);
  });

  test("is refused the way back without a consent that names the dump, with nothing touched (S-44)", async () => {
    await stage.sql(
      "INSERT INTO agents (agent_hash, name) SELECT md5('late ' || i), 'late ' || i FROM generate_series(1, 7) i",
    );
    await stage.project.setVersion(DOCKER_STACK, OLD);
    const serving = await stage.running("gateway");
    const run = await stage.project.up(DOCKER_STACK);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("7 rows written since then would be lost (public.agents 7)");
    expect(run.all).toContain(`dump: "${await dumpBefore(NEW)}"`);
    expect(await stage.running("gateway")).toEqual(serving);
  });

  test("is left as it is by a consent to a dump that was damaged since it was proven (S-39, T-12, T-13)", async () => {
    const dump = await dumpBefore(NEW);
    await configure({
      consents: { major: null, restore: { release: OLD, dump, reason: "2.0.0 is too slow" } },
    });
    const path = join(stage.project.directory, "backups", dump);
    const whole = await readFile(path);
    const [serving, content] = [await stage.running("gateway"), await stage.sql(CONTENT)];
    await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)));
    const run = await stage.project.up(DOCKER_STACK);
    await writeFile(path, whole);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/bring back an intact copy of this dump with its manifest/);
    expect(await stage.running("gateway")).toEqual(serving);
    expect(await stage.sql(CONTENT)).toBe(content);
    expect((await fetch(`${stage.url}/health/ready`)).status).toBe(200);
  });

  test("goes back with the dump that is whole: the database as it was, the newer one kept, the older release verified (S-35 to S-37, S-39, S-40, S-44)", async () => {
    well(await stage.project.up(DOCKER_STACK));
    expect(await stage.sql(CONTENT)).toBe(before);
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toMatch(/^007/);
    const kept = "SELECT count(*) FROM pg_database WHERE datname LIKE 'smoltbot\\_before%'";
    expect(await stage.sql(kept)).toBe("1");
    const gateways = await stage.running("gateway");
    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toContain("-gateway-1-2-0-");
    expect((await fetch(`${stage.url}/health/ready`)).status).toBe(200);
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version: OLD },
    });
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });
});
