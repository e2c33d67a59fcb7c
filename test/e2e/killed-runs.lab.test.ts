import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inMoments } from "../lab/engine/in-moments";
import { killAll } from "../lab/engine/process-tree";
import { makeStage, type Stage } from "./stage";

const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

/**
 * One gateway that goes from release to release, killed in another chapter each time. `whole` kills the CLI, its plugins and their steps; otherwise the
 * CLI dies alone and leaves the others running for a while, as a lost terminal does.
 */
describe("an up that is killed with SIGKILL", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await makeStage("killed");
  });
  afterAll(() => stage.clear());

  test.each([
    ["1.0.0", "while it creates a first install", /[0-2]\/2 ready \(new\)/, true, 2],
    ["1.0.1", "during the backup", /saving database/, true, 2],
    ["1.1.0", "during the migration", /starting Job/, true, 4],
    // Where a busy machine looks so late that all new pods are ready, the step still says so before it ends.
    ["1.2.0", "during the rollout", /\d\/2 ready \(new\), \d old/, false, 5],
    ["1.1.0", "during the verification of a rollback", /watching the release/, false, 5],
  ])(
    "on its way to %s %s is finished by the same up, with every migration applied once",
    async (version, _when, sign, whole, migrations) => {
      await stage.project.setVersion("prod", version);
      const run = await stage.project.startUp("prod");
      await run.said(sign);
      if (whole) await run.killTree();
      const orphans = whole ? [] : await run.killCli();
      await run.finished;

      await stage.project.cancel("prod");
      const finished = await stage.project.up("prod");
      await killAll(orphans);
      expect(finished.exitCode, finished.all).toBe(0);

      const gateway = { "app.kubernetes.io/component": "gateway" };
      const pods = await stage.eyes("prod").pods(gateway);
      const serving = pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
      expect(serving).toEqual([
        `ghcr.io/mnemom/gateway:${version}`,
        `ghcr.io/mnemom/gateway:${version}`,
      ]);
      expect(await stage.sql("prod", APPLIED)).toBe(`${migrations}|${migrations}`);
      expect(await stage.project.outputs("prod")).toMatchObject({ smoltbotEvidence: { version } });
      const preview = await stage.project.preview("prod");
      expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
    },
  );

  test("in the moment of a write that the engine has not noted goes back by the line set back, though that leaves the engine nothing to change (S-48)", async () => {
    const wanted = async () => {
      const found = await stage
        .eyes("prod")
        .object<V1Deployment & KubernetesObject>("Deployment", "smoltbot-mnemom-gateway-gateway");
      return found?.spec?.template.spec?.containers.map(({ image }) => image) ?? [];
    };
    const [before] = await wanted();
    await stage.project.setVersion("prod", "1.2.0");
    const run = await stage.project.startUp("prod");
    await run.said(/Deployment \S+ updating/);
    const isWritten = async () => (await wanted())[0] !== before;
    await inMoments("the release is written", run.pid, isWritten, 60);
    await run.killTree();
    await run.finished;
    await stage.project.cancel("prod");
    await stage.project.setVersion("prod", "1.1.0");

    const back = await stage.project.up("prod");
    expect(back.exitCode, back.all).toBe(0);
    expect(await wanted()).toEqual([before]);
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.1.0" },
    });
    const preview = await stage.project.preview("prod");
    expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
  });
});
