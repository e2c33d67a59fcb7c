import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { killAll } from "../lab/engine/process-tree";
import { rowsOf } from "../matrix/matrix";
import killedPlugins from "./killed-plugins.matrix";
import { makeInstalledStage, type Stage } from "./stage";
import { RELEASES, walk, wayUpFirst, type Walk } from "./way-up";

/**
 * One gateway that goes up from release to release, and from the last one to the one before it and up again, a part killed in each up. What the killed part
 * had started, a step or a plugin, goes on by itself beside the next up.
 */
describe("an up of which a part is killed with SIGKILL", () => {
  let stage: Stage;
  let way: Walk;

  const setVersion = async (version: string) => {
    await stage.project.setVersion("prod", version);
    // So that the configuration has something to do: nothing in it comes from the release alone.
    const values = { config: { LAB_LEG: version } };
    await stage.project.configure("prod", { "gateways:smoltbot": { values } });
  };
  const finish = async () => {
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(RELEASES[0][0]);
    way = walk({ setVersion, finish, sql: (statement) => stage.sql("prod", statement) });
  });
  afterAll(() => stage.clear());

  test.each(wayUpFirst(rowsOf(killedPlugins)))(
    "%s, is finished by the same up, with every migration applied once and nothing left to change (S-14)",
    async (_, kill) => {
      await way.stepFor(kill);
      const run = await stage.project.startUp("prod");
      await run.said(kill.sign);
      const { victim } = kill;
      const orphans = await (victim === "the CLI" ? run.killCli() : run.killPart(victim));
      onTestFinished(() => killAll(orphans));
      const { exitCode, all } = await run.finished;
      expect(exitCode === 0 ? "finishes without it" : "fails", all).toBe(kill.outcome);
      if (victim === "the CLI") await stage.project.cancel("prod");

      await finish();
      const version = way.version();
      const gateway = { "app.kubernetes.io/component": "gateway" };
      const pods = await stage.eyes("prod").pods(gateway);
      const serving = pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
      expect(serving).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${version}`));
      await way.isMigrated(false);
      expect(await stage.project.outputs("prod")).toMatchObject({ smoltbotEvidence: { version } });
      const preview = await stage.project.preview("prod");
      expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
    },
  );
});
