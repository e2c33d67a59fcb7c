import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeInstalledStage, type Stage } from "./stage";

const MIGRATIONS = "SELECT string_agg(filename, ' ' ORDER BY filename) FROM _schema_migrations";
const imagesOf = async (stage: Stage) => {
  const gateway = { "app.kubernetes.io/component": "gateway" };
  const pods = await stage.eyes("prod").pods(gateway);
  return pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
};
const OLD = "ghcr.io/mnemom/gateway:1.0.0";

/** One gateway at 1.0.0 with data; every test leaves it there again. What these do not prove: anything about the official plugins' own waits. */
describe("a gateway at 1.0.0", () => {
  let stage: Stage;
  let workloads: Readonly<Record<string, string>>;
  const up = (version: string) =>
    stage.project.setVersion("prod", version).then(() => stage.project.up("prod"));
  const workloadVersions = () => stage.eyes("prod").versions(["Deployment"]);

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
    await stage.seed("prod", 50);
    workloads = await workloadVersions();
  });
  afterAll(() => stage.clear());

  test("whose wanted release fails half-way through its migration keeps its pods, shows the Job's words, and is healed by reverting (S-27, S-32, T-30)", async () => {
    const load = await stage.load("prod");
    const failed = await up("1.1.1");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/BackoffLimitExceeded/);
    expect(failed.all).toMatch(/006/);
    expect(await workloadVersions()).toEqual(workloads);

    const again = await stage.project.up("prod");
    expect(again.exitCode).not.toBe(0);
    expect(again.all).toMatch(/BackoffLimitExceeded/);

    const healed = await up("1.0.0");
    expect(healed.exitCode, healed.all).toBe(0);
    expect(await imagesOf(stage)).toEqual([OLD, OLD]);
    expect(await stage.sql("prod", MIGRATIONS)).not.toContain("006");
    expect((await stage.project.preview("prod")).all).not.toMatch(
      /to (create|update|replace|delete)/,
    );
    expect((await load.stop()).byError).toEqual({});
  });

  test("whose wanted release never gets ready goes on serving without a lost request, names the failing check, and is healed by reverting (S-16, S-28, T-03)", async () => {
    const load = await stage.load("prod");
    const failed = await up("1.1.2");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/readiness probe has not passed.*supabase not ok/);
    expect(await imagesOf(stage)).toEqual([OLD, OLD]);

    const healed = await up("1.0.0");
    expect(healed.exitCode, healed.all).toBe(0);
    expect(healed.all).toMatch(/Rollback from 1\.1\.2 to 1\.0\.0 within major 1: programs only/);
    expect(await imagesOf(stage)).toEqual([OLD, OLD]);
    expect((await stage.project.preview("prod")).all).not.toMatch(
      /to (create|update|replace|delete)/,
    );
    expect((await load.stop()).byError).toEqual({});
  });

  test("whose wanted image does not exist is told so within seconds of the first sign, with the old pods serving (T-07, S-28)", async () => {
    await stage.project.configure("prod", {
      "gateways:smoltbot": {
        schema: { image: "ghcr.io/mnemom/migrate" },
        values: { image: { repository: "ghcr.io/mnemom/absent" } },
      },
    });
    const failed = await stage.project.up("prod");
    await stage.project.configure("prod", { "gateways:smoltbot": { values: { image: null } } });
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/ghcr\.io\/mnemom\/absent:1\.0\.0/);
    // Its rollout alone may take 120 s: a run that waited for the end of them, and not for the cluster's first sign, takes longer.
    expect(failed.seconds).toBeLessThan(120);
    expect(await imagesOf(stage)).toEqual([OLD, OLD]);
    const healed = await stage.project.up("prod");
    expect(healed.exitCode, healed.all).toBe(0);
  });
});
