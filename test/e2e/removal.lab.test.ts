import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { until } from "../lab/until";
import { makeInstalledStage, type Stage } from "./stage";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** The operator who types `destroy` in the wrong terminal, and the one who means it; each test goes on where the one before it ended. */
describe("a gateway that serves", () => {
  let stage: Stage;
  const destroy = () =>
    stage.project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "prod"]);
  const serving = async () =>
    (await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" }))
      .filter(({ ready }) => ready)
      .map(({ uid }) => uid)
      .sort();
  const consent = (removal: object | null) =>
    stage.project.configure("prod", { "gateways:smoltbot": { consents: { removal } } });

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
    await stage.seed("prod", 50);
  });
  afterAll(() => stage.clear());

  test("is destroyed without a consent, the engine refuses, no object of the cluster goes and no request is lost (S-54)", async () => {
    const objects = await stage.eyes("prod").versions();
    const pods = await serving();
    const load = await stage.load("prod");
    const { exitCode, all } = await destroy();
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/protect/);
    expect((await load.stop()).byError).toEqual({});
    expect(await serving()).toEqual(pods);
    expect(Object.keys(await stage.eyes("prod").versions())).toEqual(Object.keys(objects));
  });

  test("is whole again after the next up, which verifies it and replaces no pod", async () => {
    const pods = await serving();
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    expect(await serving()).toEqual(pods);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("is removed with a consent for its release, which says what goes and what stays", async () => {
    await consent({ release: "1.0.0", reason: "moved to another cluster" });
    const up = await stage.project.up("prod");
    expect(up.exitCode, up.all).toBe(0);
    expect(up.all).toMatch(/WARN removal .* it leaves namespace \S+, the database and the dumps/);
    const { exitCode, all } = await destroy();
    expect(exitCode, all).toBe(0);
    const eyes = stage.eyes("prod");
    const gone = async () =>
      Object.keys(await eyes.versions(["Deployment", "Service", "Secret"])).length === 0;
    await until("the cluster has deleted what the engine has", gone, { seconds: 300 });
    expect(await stage.sql("prod", "SELECT count(*) FROM agents")).toBe("50");
  });
});
