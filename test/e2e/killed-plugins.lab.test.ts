import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { killAll } from "../lab/engine/process-tree";
import { rowsOf } from "../matrix/matrix";
import killedPlugins, { type Kill } from "./killed-plugins.matrix";
import { makeInstalledStage, type Stage } from "./stage";
import { APPLIED, LAST, needsWayUp, RELEASES, wayUpFirst } from "./way-up";

/**
 * One gateway that goes up from release to release, and from the last one to the one before it and up again, a part killed in each up. What the killed part
 * had started, a step or a plugin, goes on by itself beside the next up.
 */
describe("an up of which a part is killed with SIGKILL", () => {
  let stage: Stage;
  /** Where in the releases the gateway is, and where its database has been. */
  let at = 0;
  let highest = 0;

  const want = async (next: number) => {
    at = next;
    highest = Math.max(highest, at);
    const version = RELEASES[at]![0];
    await stage.project.setVersion("prod", version);
    // So that the configuration has something to do: nothing in it comes from the release alone.
    const values = { config: { LAB_LEG: version } };
    await stage.project.configure("prod", { "gateways:smoltbot": { values } });
  };
  const finishes = async () => {
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
  };
  /** Lets the stack file want another release, after an undisturbed way down where only a way up will do. */
  const wantAnother = async (kill: Kill) => {
    if (at === LAST && needsWayUp(kill)) {
      await want(LAST - 1);
      await finishes();
    }
    await want(at === LAST ? at - 1 : at + 1);
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(RELEASES[0][0]);
  });
  afterAll(() => stage.clear());

  test.each(wayUpFirst(rowsOf(killedPlugins)))(
    "%s, is finished by the same up, with every migration applied once and nothing left to change (S-14)",
    async (_, kill) => {
      await wantAnother(kill);
      const run = await stage.project.startUp("prod");
      await run.said(kill.sign, 120);
      const { victim } = kill;
      const orphans = await (victim === "the CLI" ? run.killCli() : run.killPart(victim));
      onTestFinished(() => killAll(orphans));
      const { exitCode, all } = await run.finished;
      expect(exitCode === 0 ? "finishes without it" : "fails", all).toBe(kill.outcome);
      if (victim === "the CLI") await stage.project.cancel("prod");

      await finishes();
      const [version] = RELEASES[at]!;
      const gateway = { "app.kubernetes.io/component": "gateway" };
      const pods = await stage.eyes("prod").pods(gateway);
      const serving = pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
      expect(serving).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${version}`));
      const [, migrations] = RELEASES[highest]!;
      expect(await stage.sql("prod", APPLIED)).toBe(`${migrations}|${migrations}`);
      expect(await stage.project.outputs("prod")).toMatchObject({ smoltbotEvidence: { version } });
      const preview = await stage.project.preview("prod");
      expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
    },
  );
});
