import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Project } from "../lab/project";
import { makeInstalledStage, type Stage } from "./stage";

const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

/** What it does not prove: that both ups finish the first time; where one meets what the other is just replacing, it fails and the next one finishes. */
describe("two operators who upgrade the same gateway at once", () => {
  let stage: Stage;
  const unchanged = async (project: Project) => {
    const { exitCode, all, steps } = await project.preview("prod");
    expect(exitCode, all).toBe(0);
    expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
  };
  const finishes = async (project: Project) => {
    const { exitCode, all } = await project.up("prod");
    expect(exitCode, all).toBe(0);
  };
  const servedImages = async () => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
    return pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
  };

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
    await stage.seed("prod", 50);
  });
  afterAll(() => stage.clear());

  test("from one stack: the second is refused in words, and the first finishes as if alone (S-14)", async () => {
    const load = await stage.load("prod");
    await stage.project.setVersion("prod", "1.1.0");
    const first = await stage.project.startUp("prod");
    await first.said(/saving database/);
    const second = await stage.project.up("prod");
    expect(second.exitCode).not.toBe(0);
    expect(second.all).toMatch(/the stack is currently locked by 1 lock/);
    expect(second.all).not.toMatch(/saving database|starting Job/);

    const finished = await first.finished;
    expect(finished.exitCode, finished.all).toBe(0);
    expect(await servedImages()).toEqual(Array(2).fill("ghcr.io/mnemom/gateway:1.1.0"));
    expect(await stage.sql("prod", APPLIED)).toBe("4|4");
    await unchanged(stage.project);
    expect((await load.stop()).byError).toEqual({});
  });

  test("from two checkouts that share no lock: one migration runs, each is applied once, and a further up of either has nothing left to do (S-14, S-27)", async () => {
    const other = await stage.secondCheckout();
    await other.setVersion("prod", "1.1.0");
    await finishes(other);
    const load = await stage.load("prod");
    const projects = [stage.project, other];
    await Promise.all(projects.map((project) => project.setVersion("prod", "1.2.0")));
    const runs = await Promise.all(projects.map((project) => project.up("prod")));
    const migrated = runs.filter(({ all }) => /\d migrations applied/.test(all));
    expect(migrated.length).toBeLessThanOrEqual(1);

    for (const project of projects) await finishes(project);
    for (const project of projects) await unchanged(project);
    expect(await servedImages()).toEqual(Array(2).fill("ghcr.io/mnemom/gateway:1.2.0"));
    expect(await stage.sql("prod", APPLIED)).toBe("5|5");
    expect((await load.stop()).byError).toEqual({});
  });
});
