import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLab } from "../lab/lab";
import { until } from "../lab/until";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import { urnsOf } from "./stack-state";

describe("an up on a Docker host that is killed with SIGKILL", () => {
  let stage: DockerStage;

  /**
   * Kills the run and all that it has started once the daemon has a container of this role, and the engine has not noted it yet: it works in moments only, and stands still
   * whenever somebody looks.
   */
  const killAsItMakes = async (role: string): Promise<string> => {
    const run = await stage.project.startUp(DOCKER_STACK);
    await run.said(new RegExp(`smoltbot-${role} creating`), 180);
    const isThere = async () => {
      process.kill(run.pid, "SIGCONT");
      await pause(5);
      process.kill(run.pid, "SIGSTOP");
      await pause(100);
      return (await stage.made(role)).length > 0;
    };
    await until(`there is a ${role}`, isThere, { seconds: 180, everyMs: 1 });
    await run.killTree();
    await run.finished;
    await stage.project.cancel(DOCKER_STACK);
    const [made = ""] = await stage.made(role);
    const noted = await urnsOf(stage.project, DOCKER_STACK);
    expect(noted.filter((urn) => urn.endsWith(`-${role}`))).toEqual([]);
    return made;
  };

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "killed", 18_702);
  });
  afterAll(() => stage.clear());

  test("as a first install makes its database is finished by the same up, which removes the container that the engine does not know (S-14)", async () => {
    const made = await killAsItMakes("postgres");
    const run = await stage.project.up(DOCKER_STACK);
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toContain(
      `removed container ${made}, which a run has made that was killed before the engine has noted it`,
    );
    expect(await stage.made("postgres")).toEqual([made]);
    expect(await stage.running("gateway")).toHaveLength(1);
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version: "1.0.0", schemaHead: "002_checkpoints.sql" },
    });
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });
});
