import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHART, installByHelm, type HelmInstall } from "../lab/helm-install";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeStage, type Stage } from "./stage";

const FULLNAME = "smoltbot-mnemom-gateway";
const SERVICE = { "app.kubernetes.io/name": "mnemom-gateway" };

/** Pods that were taken out of the Service before their stop. */
const LEAVING = { "app.kubernetes.io/component": "gateway-leaving" };

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** What a restart would change: the pods with their starts, and the ReplicaSets with theirs. */
async function pods(stage: Stage, { kubectl }: HelmInstall) {
  const seen = await stage.eyes("prod").pods(SERVICE);
  const sets = await kubectl("get", "replicasets", "--output=name");
  const starts = seen.map(({ name, uid, startedAt }) => `${name} ${uid} ${startedAt}`);
  return { starts: starts.sort(), sets };
}

/** Helm installs the chart with its own values, so the stack file has no others. */
const asShipped = (stage: Stage) =>
  stage.project.configure("prod", { "gateways:smoltbot": { values: null } });

const adopt = (stage: Stage, smoltbot: Readonly<Record<string, unknown>> = {}) =>
  stage.project.configure("prod", { "gateways:smoltbot": { adopt: true, ...smoltbot } });

/** Managers of all fields of an object that are neither the cluster's own nor a status. */
async function owners(stage: Stage, kind: "Deployment" | "ConfigMap" | "Secret", name: string) {
  const object = await stage.eyes("prod").object<KubernetesObject>(kind, name);
  return (object?.metadata?.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .map(({ manager }) => manager?.replace(/-[0-9a-f]{8}$/, "") ?? "");
}

/** The chart as shipped, by `helm install`; told step by step: each test goes on where the one before it ended. */
describe("an install by Helm whose Secret the chart has rendered", () => {
  let stage: Stage;
  let install: HelmInstall;
  let before: Awaited<ReturnType<typeof pods>>;

  beforeAll(async () => {
    stage = await makeStage("adopt");
    await asShipped(stage);
    install = await installByHelm(stage.lab, stage, "prod");
    await stage.seed("prod", 50);
    before = await pods(stage, install);
  });
  afterAll(() => stage.clear());

  test("is refused without adopt: true, and with a release that does not run, with nothing touched (T-37)", async () => {
    const untouched = await stage.eyes("prod").versions();
    const plain = await stage.project.up("prod");
    expect(plain.exitCode).not.toBe(0);
    expect(plain.all).toMatch(/BLOCK foreign-objects .* of the Helm release smoltbot/);
    await adopt(stage, { version: "1.1.0" });
    for (const run of [await stage.project.preview("prod"), await stage.project.up("prod")]) {
      expect(run.exitCode).not.toBe(0);
      expect(run.all).toMatch(
        /BLOCK adoption at gateways:smoltbot\.version: found 1\.1\.0, while 1\.0\.0 runs/,
      );
      expect(run.all).toMatch(/set the version to 1\.0\.0 and adopt it/);
    }
    expect(await stage.eyes("prod").versions()).toEqual(untouched);
  });

  test("is shown in preview as taken over, with what Helm has made, what differs by path and no secret", async () => {
    await adopt(stage, { version: "1.0.0" });
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    expect(preview.all).toMatch(/WARN foreign-objects .* of the Helm release smoltbot/);
    expect(preview.all).toMatch(/what is shown as created is taken over under its name/);
    expect(preview.all).toMatch(
      /WARN adopted-objects at Deployment\/smoltbot-mnemom-gateway-gateway: found pods that differ in .*spec\.template\.spec\.containers\[gateway\]\.lifecycle/,
    );
    expect(preview.all).toMatch(
      /WARN adoption at Deployment\/smoltbot-mnemom-gateway-observer: found 0 of 1 pods ready/,
    );
    expect(preview.all).not.toMatch(/-of-adopt-prod/);
  });

  test("is adopted under load without a failed request or a restarted pod, migrates nothing, and has nothing left to change (S-02, S-08, T-01)", async () => {
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    const { sent, byError } = await load.stop();
    expect(run.exitCode, run.all).toBe(0);
    expect(sent).toBeGreaterThan(100);
    expect(byError).toEqual({});
    expect(await pods(stage, install)).toEqual(before);

    expect(run.all).toMatch(/proven: \d+ rows/);
    expect(run.all).toMatch(/1\.0\.0 runs and is taken over with its schema as it is/);
    expect(run.all).toMatch(/observer 0\/1 ready/);
    expect(run.all).toMatch(/kubectl .* delete secret sh\.helm\.release\.v1\.smoltbot\.v1/);
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.0.0", probes: { failed: 0 } },
    });
    for (const kind of ["ConfigMap", "Secret"] as const)
      expect(await owners(stage, kind, FULLNAME)).toEqual(["pulumi-kubernetes"]);
    expect(await owners(stage, "Deployment", `${FULLNAME}-gateway`)).toEqual(["pulumi-kubernetes"]);
    const preview = await stage.project.preview("prod");
    expect(changes(preview)).toEqual([]);
    expect(preview.all).toMatch(
      /WARN helm-records .*delete secret sh\.helm\.release\.v1\.smoltbot\.v1/,
    );
  });

  test("is not upgraded while adopt: true still stands, and that is said (law 3)", async () => {
    await stage.project.setVersion("prod", "1.1.0");
    const run = await stage.project.up("prod");
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(
      /BLOCK adoption at gateways:smoltbot\.adopt: .* beside an upgrade to 1\.1\.0/,
    );
    expect(await pods(stage, install)).toEqual(before);
  });

  test("is upgraded without it under load and without a failed request, by then with every edit and without what Helm had (S-14, S-28, S-54, T-01)", async () => {
    await stage.project.configure("prod", { "gateways:smoltbot": { adopt: null } });
    await install.kubectl("delete", "secret", "sh.helm.release.v1.smoltbot.v1");
    // Helm does not know the release any more, and its objects are no longer its own.
    await expect(install.helm("install", "smoltbot", CHART)).rejects.toThrow(/invalid ownership/);
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    const { byError } = await load.stop();
    expect(run.exitCode, run.all).toBe(0);
    expect(byError).toEqual({});
    expect(run.all).toMatch(/has no pause before its stop: taken out of the Service first/);
    expect(run.all).not.toMatch(/WARN helm-records/);
    expect(await stage.eyes("prod").pods(LEAVING)).toEqual([]);
    const template = await install.kubectl(
      "get",
      "deployment",
      `${FULLNAME}-observer`,
      "--output=jsonpath={.spec.template}",
    );
    expect(template).toContain("ghcr.io/mnemom/gateway:1.1.0");
    // A field that Helm still owned would have stayed, and the observer would never get ready.
    expect(template).not.toContain("Probe");
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toBe(
      "004_nudges.sql",
    );
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("goes back like any other gateway (S-41, S-48)", async () => {
    await stage.project.setVersion("prod", "1.0.0");
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    expect((await load.stop()).byError).toEqual({});
    expect(run.exitCode, run.all).toBe(0);
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.0.0" },
    });
  });
});

describe("an install by Helm with a Secret of another name", () => {
  let stage: Stage;
  let install: HelmInstall;
  let before: Awaited<ReturnType<typeof pods>>;

  beforeAll(async () => {
    stage = await makeStage("adopt-other");
    await asShipped(stage);
    install = await installByHelm(stage.lab, stage, "prod", {
      existingSecret: "company-secrets",
      secrets: { OLD_KEY: "value-that-nobody-sees", REDIS_URL: undefined },
      values: { observer: { replicas: 0 } },
    });
    before = await pods(stage, install);
    await adopt(stage, { values: { observer: { replicas: 0 } } });
  });
  afterAll(() => stage.clear());

  test("is told which keys the Secrets do not share, by name alone", async () => {
    const { all } = await stage.project.preview("prod");
    expect(all).toMatch(/adopted-secret .* missing what Secret company-secrets has: OLD_KEY/);
    expect(all).toMatch(/adopted-secret .* has what Secret company-secrets has not: REDIS_URL/);
    expect(all).toMatch(/pods with Secret smoltbot-mnemom-gateway, which is made beside it/);
    expect(all).not.toContain("value-that-nobody-sees");
  });

  test("and whose adoption is killed in the middle is finished by the same up, without a restarted pod", async () => {
    const run = await stage.project.startUp("prod");
    await run.said(/now belong to this program/);
    await run.killTree();
    await run.finished;
    await stage.project.cancel("prod");
    const finished = await stage.project.up("prod");
    expect(finished.exitCode, finished.all).toBe(0);
    expect(await pods(stage, install)).toEqual(before);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
    expect(await owners(stage, "ConfigMap", FULLNAME)).toEqual(["pulumi-kubernetes"]);
  });

  test("takes the program's own Secret with the next rolling upgrade, which needs no new release and takes no second backup", async () => {
    await stage.project.configure("prod", { "gateways:smoltbot": { adopt: null } });
    const load = await stage.load("prod");
    const run = await stage.project.up("prod");
    expect((await load.stop()).byError).toEqual({});
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).not.toMatch(/saving database/);
    const template = await install.kubectl(
      "get",
      "deployment",
      `${FULLNAME}-gateway`,
      "--output=jsonpath={.spec.template}",
    );
    expect(template).toContain(`"secretRef":{"name":"${FULLNAME}"}`);
    expect(template).not.toContain("company-secrets");
  });
});
