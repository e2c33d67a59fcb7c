import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretsOfGateway } from "../lab/gateways";
import { makeStage, type Stage } from "./stage";

const homes = { east: "staging", west: "prod" } as const;

/** Two gateways of a stack, and a quota over the pods of one of them: two of its gateway and one of its observer. */
describe("an upgrade into a namespace with a quota", () => {
  let stage: Stage;
  const instances = (version: string) =>
    stage.project.configure("prod", {
      "gateways:promotion": null,
      "gateways:smoltbot": { availability: { replicas: 2 } },
      "gateways:instances": {
        east: { version, kubernetes: { namespace: stage.namespace("staging") } },
        west: { version, kubernetes: { namespace: stage.namespace("prod") } },
      },
    });
  const kubectl = (words: readonly string[], input = "") =>
    execa("kubectl", ["--namespace", stage.namespace("staging"), ...words], {
      env: stage.lab.env,
      input,
    });
  const allowPods = async (pods: string) => {
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods" },
      spec: { hard: { pods } },
    };
    await kubectl(["apply", "-f", "-"], JSON.stringify(quota));
    for (const counted of [`{.status.hard.pods}=${pods}`, "{.status.used.pods}=3"])
      await kubectl(["wait", "resourcequota/pods", `--for=jsonpath=${counted}`, "--timeout=120s"]);
  };

  beforeAll(async () => {
    stage = await makeStage("quota", ["staging", "prod"]);
    for (const [path, value] of Object.entries(secretsOfGateway(stage.lab, stage, "staging"))) {
      const own = path
        .replace("gateways:smoltbotSecrets.", "gateways:instanceSecrets.east.environment.")
        .replace("gateways:smoltbotDatabaseUrl", "gateways:instanceSecrets.east.databaseUrl");
      await stage.project.setSecret("prod", own, value);
    }
    await instances("1.0.0");
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
  });
  afterAll(() => stage.clear());

  test("that is full is refused by name before anything is touched (S-05)", async () => {
    await allowPods("3");
    await instances("1.1.0");
    const versions = () =>
      Promise.all(Object.values(homes).map((home) => stage.eyes(home).versions()));
    const before = await versions();
    for (const run of [await stage.project.preview("prod"), await stage.project.up("prod")]) {
      expect(run.exitCode).not.toBe(0);
      for (const chapter of ["1 more for 1 pod of the schema", "2 more for 2 pods of the rollout"])
        expect(run.all).toMatch(
          new RegExp(
            `BLOCK quota at .*, ResourceQuota/pods: found pods with 3 of 3 used, and ${chapter}`,
          ),
        );
      expect(run.all).toMatch(/nothing was touched: east \(quota\)\./);
    }
    expect(await versions()).toEqual(before);
  });

  test("that has room for one more of each pod goes through, for both gateways (S-05)", async () => {
    await allowPods("9");
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect(await stage.project.outputs("prod")).toMatchObject({
      eastEvidence: { version: "1.1.0" },
      westEvidence: { version: "1.1.0" },
    });
  });
});
