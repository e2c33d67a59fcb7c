import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerdProcess, ensureDockerHost } from "../lab/docker/host";
import { connectLab, type Lab } from "../lab/lab";
import { readSettings } from "../lab/settings";
import { until } from "../lab/until";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";

/** By itself: every other gateway of the Docker host would lose its daemon, too. */
describe("a Docker daemon that is killed with SIGKILL", () => {
  let lab: Lab;
  let stage: DockerStage;

  const killDaemon = async () => {
    const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
    const { pid } = (await dockerdProcess(settings))!;
    process.kill(pid, "SIGKILL");
    const isGone = async () => (await dockerdProcess(settings)) === undefined;
    await until("the daemon is gone", isGone, { seconds: 10 });
    return () => ensureDockerHost(settings);
  };
  const answers = async (): Promise<boolean> =>
    fetch(`${stage.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );

  beforeAll(async () => {
    lab = await connectLab();
    stage = await makeDockerStage(lab, "daemon", 18_706);
    const run = await stage.project.up(DOCKER_STACK);
    expect(run.exitCode, run.all).toBe(0);
  });
  afterAll(() => stage.clear());

  test("in the rollout of an upgrade ends that up in words; once it is back the gateway serves by itself, and the same up finishes (S-14)", async () => {
    await stage.project.setVersion(DOCKER_STACK, "1.1.0");
    const run = await stage.project.startUp(DOCKER_STACK);
    await run.said(/takes requests from now on/, 180);
    const startAgain = await killDaemon();
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(/Docker at unix:\S+ cannot be asked/);

    // Its ports are given on by processes that end with it: until it is back nobody answers, and after that nobody has to do anything.
    await startAgain();
    await until("the gateway serves", answers, { seconds: 120 });
    const load = stage.load(20);
    const again = await stage.project.up(DOCKER_STACK);
    const { byError } = await load.stop();
    expect(again.exitCode, again.all).toBe(0);
    expect(byError).toEqual({});
    const gateways = await stage.running("gateway");
    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toContain("-gateway-1-1-0-");
    expect(await stage.sql("SELECT max(filename) FROM _schema_migrations")).toBe("004_nudges.sql");
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });
});
