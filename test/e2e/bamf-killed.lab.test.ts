import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PARTS_OF_A_RUN } from "../lab/engine/parts-of-a-run";
import { killAll } from "../lab/engine/process-tree";
import { startLoad } from "../lab/load";
import { makeKilledRoll, type KilledRoll } from "./killed-rolls";

const OLD = "v0.10.0";
const NEW = "v0.11.0";

/** What it does not prove: kills in the chapters that BAMF has from the program itself, which have files of their own. */
describe("a roll of bridges in which something is killed at each bridge's turn", () => {
  let on: KilledRoll;
  beforeAll(async () => {
    // Long enough for every node to hear that a web pod leaves.
    on = await makeKilledRoll("bamf-killed", OLD, { core: { web: { preStopSleepSeconds: 5 } } });
  });
  afterAll(() => on.stage.clear());

  test("is finished by the same up, whether the CLI was killed with all that it had started, a plugin, or the CLI alone: no tunnel is cut, and web pages miss no request (B-11, T-39, T-41)", async () => {
    type Service = KubernetesObject & { readonly spec?: { readonly clusterIP?: string } };
    const web = await on.stage.eyes("prod").object<Service>("Service", "bamf-web");
    const load = startLoad(on.stage.lab, `http://${web?.spec?.clusterIP ?? ""}:3000/`, 20);
    await on.want(NEW);

    const whole = await on.upTo(2);
    await whole.killTree();
    await whole.finished;
    await on.stage.project.cancel("prod");

    const part = await on.upTo(1);
    const steps = await part.killPart(PARTS_OF_A_RUN["the plugin command"]);
    onTestFinished(() => killAll(steps));
    const failed = await part.finished;
    expect(failed.exitCode, failed.all).not.toBe(0);

    const cli = await on.upTo(0);
    const orphans = await cli.killCli();
    onTestFinished(() => killAll(orphans));
    await cli.finished;
    await on.stage.project.cancel("prod");

    const finished = await on.stage.project.up("prod");
    expect(finished.exitCode, finished.all).toBe(0);
    await on.bridgesAt(NEW);
    await on.noneIsCut();
    expect((await load.stop()).byError).toEqual({});
  });
});
