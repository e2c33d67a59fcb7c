import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerdProcess, ensureDockerHost } from "../lab/docker/host";
import { DOCKER_STACK } from "../lab/docker/stage";
import { connectLab } from "../lab/lab";
import { readSettings } from "../lab/settings";
import { until } from "../lab/until";
import { answers, isSettled, makeServing, well, type ServingGateway } from "./docker-serving";

const APPLIED = "SELECT max(filename) FROM _schema_migrations";

/** By itself: every other gateway of the Docker host would lose its daemon, too. */
describe("a Docker daemon that is killed with SIGKILL", () => {
  let served: ServingGateway;

  /** Kills it once the run has said these words, has the run end in words, and starts it again. */
  const killAt = async (words: RegExp): Promise<void> => {
    const settings = readSettings({ ...process.env, LAB_HOME: (await connectLab()).home });
    const run = await served.stage.project.startUp(DOCKER_STACK);
    await run.said(words, 240);
    const { pid } = (await dockerdProcess(settings))!;
    process.kill(pid, "SIGKILL");
    const isGone = async () => (await dockerdProcess(settings)) === undefined;
    await until("the daemon is gone", isGone, { seconds: 10 });
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(
      /Docker at unix:\S+ cannot be asked|the Docker daemon|in container \S+: .+\. Fix: /,
    );
    await ensureDockerHost(settings);
    // Without live-restore it stops what has outlived it, as if by hand.
    for (const role of ["postgres", "redis", "gateway", "proxy"])
      expect(await served.stage.running(role)).toEqual([]);
    // What is not ours is for its owner to start.
    await served.stage.startByHand("daemon-rest");
  };
  /** One gateway of this release serves, and the engine finds nothing to do. */
  const serves = async (release: string): Promise<void> => {
    await answers(served);
    const gateways = await served.stage.running("gateway");
    expect(gateways).toHaveLength(1);
    expect(gateways[0]).toContain(`-gateway-${release.replaceAll(".", "-")}-`);
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    await isSettled(served);
  };

  beforeAll(async () => {
    served = await makeServing("daemon", 18_706);
  });
  afterAll(() => served.stage.clear());

  test("in the rollout of an upgrade ends that up in words; the same up starts what it has left stopped, and finishes (S-14)", async () => {
    await served.want("1.1.0");
    await killAt(/takes requests from now on/);
    well(await served.up());
    await serves("1.1.0");
    expect(await served.stage.sql(APPLIED)).toBe("004_nudges.sql");
  });

  test("in the backup of an upgrade ends that up in words; the line set back starts what it has left stopped (S-02, S-14)", async () => {
    await served.want("1.2.0");
    await killAt(/saving database/);
    await served.want("1.1.0");
    well(await served.up());
    await serves("1.1.0");
    expect(await served.stage.sql(APPLIED)).toBe("004_nudges.sql");
  });
});
