import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerdProcess, ensureDockerHost } from "../lab/docker/host";
import { DOCKER_STACK } from "../lab/docker/stage";
import { connectLab } from "../lab/lab";
import { readSettings } from "../lab/settings";
import { until } from "../lab/until";
import { rowsOf } from "../matrix/matrix";
import killed from "./docker-daemon.matrix";
import { answers, isSettled, makeServing, well, type ServingGateway } from "./docker-serving";
import { walk, wayUpFirst, type Walk } from "./way-up";

/** The step that has asked it says so; of the plugin of Docker the engine shows its own words. */
const IN_WORDS =
  /Docker at unix:\S+ cannot be asked: .+\. Fix: start the Docker daemon|failed to connect to any docker daemon|(Unable to|Error) [^\n]*(ECONNRE|docker\.sock)/;

/** By itself: every other gateway of the Docker host would lose its daemon, too. */
describe("a Docker daemon that is killed with SIGKILL", () => {
  let served: ServingGateway;
  let way: Walk;

  /** Kills it once the run has said these words, has the run end in words, and starts it again. */
  const killAt = async (words: RegExp): Promise<void> => {
    const settings = readSettings({ ...process.env, LAB_HOME: (await connectLab()).home });
    const run = await served.stage.project.startUp(DOCKER_STACK);
    await run.said(words);
    const { pid } = (await dockerdProcess(settings))!;
    process.kill(pid, "SIGKILL");
    const isGone = async () => (await dockerdProcess(settings)) === undefined;
    await until("the daemon is gone", isGone, { seconds: 10 });
    const { exitCode, all } = await run.finished;
    await ensureDockerHost(settings);
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(IN_WORDS);
    // Without live-restore it stops what has outlived it, as if by hand.
    for (const role of ["postgres", "redis", "gateway", "proxy"])
      expect(await served.stage.running(role)).toEqual([]);
    // What is not ours is for its owner to start.
    await served.stage.startByHand("daemon-rest");
  };
  /** One gateway of the wanted release serves, and the engine finds nothing to do. */
  const serves = async (): Promise<void> => {
    await answers(served);
    const gateways = await served.stage.running("gateway");
    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toContain(`-gateway-${way.version().replaceAll(".", "-")}-`);
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    await isSettled(served);
  };

  beforeAll(async () => {
    served = await makeServing("daemon", 18_706);
    const { want, up, stage } = served;
    const finish = async () => {
      well(await up());
    };
    way = walk({ setVersion: want, finish, sql: stage.sql });
  });
  afterAll(() => served.stage.clear());

  test.each(wayUpFirst(rowsOf(killed)))(
    "%s: ends that up in words, and then what it has left stopped is started, every migration was applied once, and nothing is left to change (S-02, S-14, S-33)",
    async (_, kill) => {
      const setBack = await way.stepFor(kill);
      await killAt(kill.sign);
      if (kill.isSetBack) await setBack();
      well(await served.up());
      await serves();
      await way.isMigrated(kill.isSetBack);
    },
  );
});
