import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Overrides } from "../lab/engine/stack-file";
import { makeInstalledStage, type Stage } from "./stage";

const RELEASE = "1.2.0";

/** About seconds, so nothing runs beside it: how soon errors end a watch of two minutes is what the operator is promised. */
describe("a gateway whose new release is being watched", () => {
  let stage: Stage;
  const configure = (verify: Overrides, values: Overrides = {}) => {
    const prometheus = { url: stage.lab.prometheusUrl };
    return stage.project.configure("prod", {
      "gateways:smoltbot": { version: RELEASE, values, verify: { ...verify, prometheus } },
    });
  };

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
  });
  afterAll(() => stage.clear());

  test("begins to answer with 500 in the middle of the watch, it fails within 15 s of the first one, and goes back once it is healed (S-49, S-50)", async () => {
    const load = await stage.load("prod");
    await configure({ seconds: 120, requests: 200 });
    const run = await stage.project.startUp("prod");
    await run.said(/watching the release for 120 s/);
    await stage.sql("prod", "ALTER TABLE sessions RENAME COLUMN labels TO labels_away");
    const broken = Date.now();
    await run.said(/that is enough: the release is bad/);
    const seconds = (Date.now() - broken) / 1000;
    const failed = await run.finished;
    await stage.sql("prod", "ALTER TABLE sessions RENAME COLUMN labels_away TO labels");
    await load.stop();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/that is enough: the release is bad/);
    // The watch may begin before Prometheus has met the second pod.
    expect(failed.all).toMatch(/answers with status 5xx(, known of 1 of 2 pods)?, counted by/);
    expect(seconds).toBeLessThan(15);
    // Its pods have logged what was wrong with the database; pods of their own start with an empty log.
    await configure({ seconds: 8, requests: 40 }, { config: { LOG_LEVEL: "warn" } });
    const healed = await stage.project.up("prod");
    expect(healed.exitCode, healed.all).toBe(0);
  });
});
