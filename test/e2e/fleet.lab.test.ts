import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { secretsOfGateway } from "../lab/gateways";
import { makeStage, type Stage } from "./stage";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** Two gateways in one stack, each with a namespace and a database of its own; what they share is said once. */
describe("a stack with two gateways", () => {
  let stage: Stage;
  const homes = { east: "staging", west: "prod" } as const;
  const instances = (east: object = {}, west: object = {}) =>
    stage.project.configure("prod", {
      "gateways:promotion": null,
      "gateways:instances": {
        east: { kubernetes: { namespace: stage.namespace("staging") }, ...east },
        west: { kubernetes: { namespace: stage.namespace("prod") }, ...west },
      },
    });

  beforeAll(async () => {
    stage = await makeStage("fleet", ["staging", "prod"]);
    const secrets = secretsOfGateway(stage.lab, stage, "staging");
    for (const [path, value] of Object.entries(secrets)) {
      const own = path
        .replace("gateways:smoltbotSecrets.", "gateways:instanceSecrets.east.environment.")
        .replace("gateways:smoltbotDatabaseUrl", "gateways:instanceSecrets.east.databaseUrl");
      await stage.project.setSecret("prod", own, value);
    }
    await instances({ availability: { replicas: 2 } });
  });
  afterAll(() => stage.clear());

  test("installs both in one up, with evidence and history of each, and is then settled (S-43)", async () => {
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    const outputs = await stage.project.outputs("prod");
    expect(Object.keys(outputs).sort()).toEqual([
      "eastBackup",
      "eastEvidence",
      "eastHistory",
      "eastIdentity",
      "westBackup",
      "westEvidence",
      "westHistory",
      "westIdentity",
    ]);
    // Their databases hold nothing to save yet.
    expect([outputs["eastBackup"], outputs["westBackup"]]).toEqual([null, null]);
    for (const home of Object.values(homes)) {
      const pods = await stage.eyes(home).pods({ "app.kubernetes.io/component": "gateway" });
      expect(pods.filter(({ ready }) => ready)).toHaveLength(2);
    }
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("touches neither of them where a gate of one objects, and names which (law 3)", async () => {
    const before = await Promise.all(
      Object.values(homes).map((home) => stage.eyes(home).versions()),
    );
    await instances({ version: "1.1.0" }, { version: "2.0.0" });
    const refused = await stage.project.up("prod");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/nothing was touched: west \(/);
    const after = await Promise.all(
      Object.values(homes).map((home) => stage.eyes(home).versions()),
    );
    expect(after).toEqual(before);
  });

  test("upgrades one and leaves the other as it is", async () => {
    const untouched = await stage.eyes("prod").pods();
    await instances({ version: "1.1.0" }, { version: "1.0.0" });
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(await stage.project.outputs("prod")).toMatchObject({
      eastEvidence: { version: "1.1.0" },
      westEvidence: { version: "1.0.0" },
    });
    expect((await stage.eyes("prod").pods()).map(({ uid }) => uid).sort()).toEqual(
      untouched.map(({ uid }) => uid).sort(),
    );
  });
});
