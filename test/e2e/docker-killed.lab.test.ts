import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import { inMoments } from "../lab/engine/in-moments";
import { killAll } from "../lab/engine/process-tree";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { rowsOf } from "../matrix/matrix";
import killed from "./docker-killed.matrix";
import { urnsOf } from "./stack-state";
import { walk, wayUpFirst, type Walk } from "./way-up";

const removed = (container: string) =>
  `removed container ${container}, which a run has made that was killed`;

/** One gateway that goes up from release to release, and from the last one to the one before it and up again, killed in each up. */
describe("an up on a Docker host that is killed with SIGKILL", () => {
  let stage: DockerStage;
  let way: Walk;

  const up = () => stage.project.up(DOCKER_STACK);
  /** It ends with its test, however that ends. */
  const startLoad = () => {
    const load = stage.load();
    onTestFinished(async () => {
      await load.stop();
    });
    return load;
  };
  /**
   * Kills the run and all that it has started once the daemon has another container of this role, and the engine has not noted it yet.
   */
  const killAsItMakes = async (role: string): Promise<string> => {
    const before = await stage.made(role);
    const others = async () => (await stage.made(role)).filter((name) => !before.includes(name));
    const run = await stage.project.startUp(DOCKER_STACK);
    await run.said(new RegExp(`Container smoltbot-\\S*${role}\\S* creating`));
    const isThere = async () => (await others()).length > 0;
    await inMoments(`there is another ${role}`, run.pid, isThere, 180);
    await run.killTree();
    await run.finished;
    await stage.project.cancel(DOCKER_STACK);
    const [made = ""] = await others();
    const noted = await urnsOf(stage.project, DOCKER_STACK);
    // The resource of a gateway has the name of its container, that of a database its role.
    const names = [`::smoltbot-${made}`, `::smoltbot-${role}`];
    expect(noted.filter((urn) => names.some((name) => urn.endsWith(name)))).toEqual([]);
    return made;
  };
  const isDone = async (run: PulumiRun) => {
    expect(run.exitCode, run.all).toBe(0);
    const version = way.version();
    const gateways = await stage.made("gateway");
    expect(gateways).toHaveLength(1);
    expect(await stage.running("gateway")).toEqual(gateways);
    expect(gateways[0]).toContain(`-gateway-${version.replaceAll(".", "-")}-`);
    expect(await stage.project.outputs(DOCKER_STACK)).toMatchObject({
      smoltbotEvidence: { version },
    });
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  };

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "killed", 18_702);
    way = walk({
      setVersion: (version) => stage.project.setVersion(DOCKER_STACK, version),
      finish: async () => isDone(await up()),
      sql: stage.sql,
    });
  });
  afterAll(() => stage.clear());

  test("as a first install makes its database is finished by the same up, which removes the container that the engine does not know (S-14)", async () => {
    const made = await killAsItMakes("postgres");
    const run = await up();
    await isDone(run);
    expect(run.all).toContain(removed(made));
    await stage.seed(50);
  });

  test("as it makes the new gateway, which runs on by itself, is finished by the same up without a failed request (S-14, T-46)", async () => {
    await way.step();
    const load = startLoad();
    const made = await killAsItMakes("gateway");
    // As a plugin does that outlives the run.
    await stage.startByHand(made);
    const run = await up();
    const { sent, byError } = await load.stop();
    await isDone(run);
    expect(run.all).toContain(removed(made));
    expect(sent).toBeGreaterThan(200);
    expect(byError).toEqual({});
    expect(await stage.sql("SELECT count(*) FROM agents")).toBe("50");
  });

  test("after it has told the old front proxy to leave, then the line set back: the port has an owner all the while (S-14, T-46)", async () => {
    const limit = (memoryMiB: number) =>
      stage.project.configure(DOCKER_STACK, {
        "gateways:smoltbot": { docker: { limits: { proxy: { memoryMiB, cpus: 1 } } } },
      });
    await limit(160);
    const load = startLoad();
    const run = await stage.project.startUp(DOCKER_STACK);
    await run.said(/leaves with its last stream/);
    await run.killTree();
    await run.finished;
    await stage.project.cancel(DOCKER_STACK);
    await limit(128);
    await isDone(await up());
    expect((await load.stop()).byError).toEqual({});
    expect(await stage.running("proxy")).toHaveLength(1);
  });

  test.each(wayUpFirst(rowsOf(killed)))(
    "%s: all is finished, with every migration applied once, nothing left to change and no failed request (S-14, S-33)",
    async (_, kill) => {
      const setBack = await way.stepFor(kill);
      const load = startLoad();
      const run = await stage.project.startUp(DOCKER_STACK);
      await run.said(kill.sign);
      const { victim } = kill;
      const orphans = await (victim === "the CLI" ? run.killCli() : run.killPart(victim));
      onTestFinished(() => killAll(orphans));
      const { exitCode, all } = await run.finished;
      expect(exitCode, all).not.toBe(0);
      if (victim === "the CLI") await stage.project.cancel(DOCKER_STACK);

      if (kill.isSetBack) await setBack();
      await isDone(await up());
      expect((await load.stop()).byError).toEqual({});
      await way.isMigrated(kill.isSetBack);
    },
  );
});
