import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { composeContainer, composeUp } from "../lab/docker/compose";
import { dockerHost } from "../lab/docker/host";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab, type Lab } from "../lab/lab";
import { readSettings } from "../lab/settings";
import { until } from "../lab/until";
import { LOST } from "../lab/docker/compose-file";
import { makeComposeStage, watchGap, type ComposeStage } from "../lab/docker/compose-stage";
import { DOCKER_STACK as STACK } from "../lab/docker/stage";

const NAME = "adopted";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const well = (run: PulumiRun) => {
  expect(run.exitCode, run.all).toBe(0);
};

/** A Compose project that is taken over, told step by step: each test goes on where the one before it ended. */
describe("a gateway that Docker Compose runs", () => {
  let lab: Lab;
  let stage: ComposeStage;

  beforeAll(async () => {
    lab = await connectLab();
    stage = await makeComposeStage(lab, NAME, 18_731);
    await stage.seedCompose(200);
  });
  afterAll(() => stage.clear());

  const configure = (settings: object) =>
    stage.project.configure(STACK, { "gateways:smoltbot": settings });
  const state = async (service: string) =>
    (await stage.containers.named(composeContainer(NAME, service))).state;
  const serves = async () => (await fetch(`${stage.url}/health/ready`)).status;

  test("is not adopted with a variable that would be lost: the preview names it, and never its value", async () => {
    const { all, exitCode } = await stage.project.preview(STACK);
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/the gateway in Compose has OPENAI_API_KEY, and the stack file has not/);
    expect(all).not.toContain(LOST.OPENAI_API_KEY);
    const [[key, value]] = Object.entries(LOST) as [[string, string]];
    await stage.project.setSecret(STACK, `gateways:smoltbotSecrets.${key}`, value);
  });

  test("is not adopted under the name of another project, nor with its data in a folder of the host", async () => {
    await configure({ docker: { project: "elsewhere" } });
    expect((await stage.project.preview(STACK)).all).toMatch(
      /no container of a Compose project elsewhere; there are those of adopted/,
    );
    await withFolderProject(lab, stage, async (name, data) => {
      await configure({ docker: { project: name } });
      expect((await stage.project.preview(STACK)).all).toContain(
        `its data in the folder ${data} of the host`,
      );
    });
    await configure({ docker: { project: NAME } });
  });

  test("is previewed with what stops, for how long, what stays, and the orphan of its migration (T-06, T-46)", async () => {
    const run = await stage.project.preview(STACK);
    well(run);
    expect(run.all).toMatch(/adopted-gateway-1.* are stopped once the backup is proven/);
    expect(run.all).toMatch(/adopted-rest-1 stay as they are/);
    expect(run.all).toMatch(/new requests are refused while those that are open there end/);
    expect(run.all).toMatch(/nobody publishes 0\.0\.0\.0:5432 of adopted-postgres-1/);
    expect(run.all).toMatch(/adopted-migrate-1, left behind by an older Compose file/);
    expect(await state("postgres")).toBe("running");
  });

  test("is served by Compose again if ours do not come up, with its data as it was", async () => {
    const limits = { postgres: { memoryMiB: 6, cpus: 1 } };
    await configure({ docker: { limits } });
    const run = await stage.project.up(STACK);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/the Compose project adopted is started again/);
    for (const service of ["postgres", "redis", "gateway", "observer"])
      expect(await state(service)).toBe("running");
    expect(await stage.running("gateway")).toEqual([]);
    expect(await serves()).toBe(200);
    expect(await stage.sqlCompose("SELECT count(*) FROM agents")).toBe("200");
    await configure({ docker: { limits: { postgres: { memoryMiB: 256, cpus: 1 } } } });
  });

  test("is adopted with its data, volumes and network; the gap at the port is short, and is said", async () => {
    const gap = watchGap(`${stage.url}/health/live`);
    const run = await stage.project.up(STACK);
    const { longestMs, asked, failed } = await gap.stop();
    well(run);
    const said = run.all.split("\n").filter((line) => /serves?; /.test(line));
    process.stdout.write(
      `the port's change of owner: ${longestMs} ms, ${failed} of ${asked} requests failed\n${said.join("\n")}\n`,
    );
    expect(longestMs).toBeLessThan(10_000);
    expect(run.all).toMatch(/the published port had no owner for at most \d+\.\d s/);
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("200");
    for (const volume of ["pgdata", "redisdata"])
      expect(await stage.volumeLabels(`${NAME}_${volume}`)).toMatchObject({
        "com.docker.compose.volume": volume,
      });
    for (const service of ["postgres", "redis", "gateway", "observer"])
      expect(await state(service)).toBe("exited");
    expect(await state("rest")).toBe("running");
    expect(await serves()).toBe(200);
    expect(await stage.project.outputs(STACK)).toMatchObject({
      smoltbotEvidence: { version: "1.0.0", schemaHead: "002_checkpoints.sql" },
    });
  });

  test("is up to date afterwards, without drift, and is told what Compose has left", async () => {
    const run = await stage.project.preview(STACK);
    expect(changes(run)).toEqual([]);
    expect(run.all).not.toMatch(/container-drift.*(warn|block)/);
    expect(run.all).toMatch(/adopted-postgres-1.*, stopped, of the Compose project adopted/);
  });

  test("is upgraded under load without a failed request, and its orphan is removed by consent (T-06)", async () => {
    await configure({
      adopt: null,
      version: "1.1.0",
      consents: { orphans: { release: "1.1.0", reason: "the migration is a step now" } },
    });
    const load = stage.load(10);
    const run = await stage.project.up(STACK);
    const { sent, byError } = await load.stop();
    well(run);
    expect(sent).toBeGreaterThan(100);
    expect(byError).toEqual({});
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toBe("004_nudges.sql");
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("200");
    const names = (await stage.containers.all()).map(({ name }) => name);
    expect(names).not.toContain("adopted-migrate-1");
    expect(names).toContain("adopted-postgres-1");
    expect(changes(await stage.project.preview(STACK))).toEqual([]);
  });

  test("goes back to Compose with its data, once ours are stopped", async () => {
    await stage.stopOurs();
    await stage.composeUp();
    await until("the gateway of Compose serves", async () => (await serves()) === 200, {
      seconds: 300,
    });
    expect(await stage.sqlCompose("SELECT count(*) FROM agents")).toBe("200");
  });
});

/** A project whose database has its data in a folder of the host, for as long as the work takes. */
async function withFolderProject(
  lab: Lab,
  stage: ComposeStage,
  work: (name: string, data: string) => Promise<void>,
): Promise<void> {
  const name = "foldered";
  const { url } = dockerHost(readSettings({ ...process.env, LAB_HOME: lab.home }));
  const folder = join(stage.project.directory, name);
  const data = join(folder, "pg");
  await composeUp({
    url,
    name,
    folder,
    services: {
      postgres: {
        image: "postgres:15-alpine",
        environment: { POSTGRES_PASSWORD: "changeme" },
        volumes: [`${data}:/var/lib/postgresql/data`],
      },
    },
  });
  try {
    await work(name, data);
  } finally {
    await stage.containers.remove(composeContainer(name, "postgres"));
  }
}
