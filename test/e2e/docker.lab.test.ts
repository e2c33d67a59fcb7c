import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const well = (run: PulumiRun) => {
  expect(run.exitCode, run.all).toBe(0);
};

/** smoltbot on a Docker host, told step by step: each test goes on where the one before it ended. */
describe("a gateway on a Docker host", () => {
  let stage: DockerStage;
  let backups: string;

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "edge", 18_701);
    backups = join(stage.project.directory, "backups");
  });
  afterAll(() => stage.clear());

  const up = () => stage.project.up(DOCKER_STACK);
  /** Goes to a release while users send requests, none of which may fail. */
  const underLoadTo = async (version: string) => {
    await stage.project.setVersion(DOCKER_STACK, version);
    const load = stage.load();
    const run = await up();
    const { sent, byError } = await load.stop();
    well(run);
    expect(sent).toBeGreaterThan(200);
    expect(byError).toEqual({});
  };
  const answer = async (path: string) => (await fetch(`${stage.url}${path}`)).status;

  test("is installed behind its front proxy, migrated and verified, with nothing to save before (S-11 to S-20)", async () => {
    well(await up());
    expect(await answer("/health/ready")).toBe(200);
    expect(await stage.running("gateway")).toHaveLength(1);
    expect(await stage.running("proxy")).toHaveLength(1);
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toBe(
      "002_checkpoints.sql",
    );
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version: "1.0.0", schemaHead: "002_checkpoints.sql" },
    });
  });

  test("that is up to date has no changes (S-12)", async () => {
    expect(changes(await stage.project.preview(DOCKER_STACK))).toEqual([]);
  });

  test("is upgraded under load without a failed request: backup proven, schema migrated, handed over by the proxy (S-02, S-03, S-13, S-14, T-45, T-46)", async () => {
    await stage.seed(200);
    const before = await stage.running("gateway");
    await underLoadTo("1.1.0");
    const manifest = (await readdir(backups)).find((name) => /1\.1\.0.*manifest/.test(name));
    const text = await readFile(join(backups, manifest ?? ""), "utf8");
    expect(JSON.parse(text)).toMatchObject({ proven: true, schemaHead: "002_checkpoints.sql" });
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toBe("004_nudges.sql");
    const after = await stage.running("gateway");
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await stage.running("observer")).toHaveLength(1);
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version: "1.1.0", schemaHead: "004_nudges.sql", probes: { failed: 0 } },
    });
  });

  test("goes back under load without a failed request, to two gateways behind its proxy as asked, and leaves the database as it is (S-33 to S-36, S-48, T-46)", async () => {
    await stage.project.configure(DOCKER_STACK, {
      "gateways:smoltbot": { availability: { replicas: 2 } },
    });
    await underLoadTo("1.0.0");
    expect(await stage.running("gateway")).toHaveLength(2);
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("200");
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toBe("004_nudges.sql");
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version: "1.0.0" },
    });
    expect(changes(await stage.project.preview(DOCKER_STACK))).toEqual([]);
  });

  test("has its secrets nowhere in the state and in the words of the run (law 6)", async () => {
    const { all } = await stage.project.pulumi(["stack", "export", "--stack", DOCKER_STACK]);
    for (const value of Object.values(stage.secrets).filter((one) => !one.startsWith("http")))
      expect(all.includes(value)).toBe(false);
  });
});
