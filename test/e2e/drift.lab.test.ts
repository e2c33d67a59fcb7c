import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { run } from "../lab/run";
import { makeInstalledStage, type Stage } from "./stage";

const GATEWAY = "smoltbot-mnemom-gateway-gateway";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const driftOf = ({ all }: PulumiRun): readonly string[] =>
  [...all.matchAll(/WARN drift at (.*?); expected/g)].map(([, words]) => words ?? "").sort();

/** Each test goes on where the one before it ended. */
describe("a gateway whose objects somebody changes by hand", () => {
  let stage: Stage;
  const kubectl = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run("kubectl", ["--namespace", stage.namespace("prod"), ...words], {
      env: { ...stage.lab.env, ...env },
    });

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
  });
  afterAll(() => stage.clear());

  test("raises no alarm while nobody does, and none for a restart by kubectl", async () => {
    expect(driftOf(await stage.project.preview("prod"))).toEqual([]);
    await kubectl(["rollout", "restart", `deployment/${GATEWAY}`]);
    await kubectl(["rollout", "status", `deployment/${GATEWAY}`, "--timeout=120s"]);
    expect(driftOf(await stage.project.preview("prod"))).toEqual([]);
  });

  test("is told object, field and writer of each, while the engine itself sees no change", async () => {
    await kubectl(["scale", `deployment/${GATEWAY}`, "--replicas=3"]);
    await kubectl(["set", "resources", `deployment/${GATEWAY}`, "--limits=memory=600Mi"]);
    await kubectl(["set", "env", `deployment/${GATEWAY}`, "DEBUG=hunter2"]);
    const edit = { KUBE_EDITOR: "sed -i 's/LOG_LEVEL: info/LOG_LEVEL: debug/'" };
    await kubectl(["edit", "configmap/smoltbot-mnemom-gateway"], edit);
    await kubectl(["delete", "networkpolicy/smoltbot-mnemom-gateway-allow"]);
    const preview = await stage.project.preview("prod");
    expect(changes(preview)).toEqual([]);
    const inside = `Deployment/${GATEWAY} spec.template.spec.containers[gateway]`;
    expect(driftOf(preview)).toEqual([
      "ConfigMap/smoltbot-mnemom-gateway data.LOG_LEVEL: found another value, written by kubectl-edit",
      `Deployment/${GATEWAY} spec.replicas: found 3 in place of 2, written by kubectl`,
      `${inside}.env[DEBUG]: found a value that was set by hand, written by kubectl-set`,
      `${inside}.resources.limits.memory: found another value, written by kubectl-set`,
      "NetworkPolicy/smoltbot-mnemom-gateway-allow: found no such object any more",
    ]);
    expect(preview.all).not.toContain("hunter2");
  });

  test("stays as it is through an up, and is put back by a refresh and an up", async () => {
    const blind = await stage.project.up("prod");
    expect(blind.exitCode, blind.all).toBe(0);
    expect(changes(blind)).toEqual([]);
    // The scale subresource is another owner than kubectl's other commands: only it can give the field back.
    await kubectl(["scale", `deployment/${GATEWAY}`, "--replicas=2"]);
    const refreshed = await stage.project.refresh("prod");
    expect(refreshed.exitCode, refreshed.all).toBe(0);
    const mended = await stage.project.up("prod");
    expect(mended.exitCode, mended.all).toBe(0);
    expect(driftOf(await stage.project.preview("prod"))).toEqual([]);
    const live = await kubectl(["get", `deployment/${GATEWAY}`, "-o", "jsonpath={.spec.replicas}"]);
    expect(live.stdout).toBe("2");
  });
});
