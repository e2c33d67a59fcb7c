import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changing } from "../engine/steps-of-log";
import { connectLab, type Lab } from "../lab";
import { failed, ops, podTemplate, samplesIn, skipAwait, stay, well } from "./kubernetes-samples";
import type { Sample } from "./kubernetes-samples";
import { openGround, type TrialGround } from "./kubernetes-trial";

// Rules of pulumi-kubernetes 4.32.0 that the program relies on, on whatever plugin the lab has. Passing on
// the stand-in proves that it keeps these rules; it proves nothing about kinds that are not here.

let lab: Lab;
let ground: TrialGround;
const { configMap, deployment, job, metadata } = samplesIn(() => ground);

beforeAll(async () => {
  lab = await connectLab();
  ground = await openGround(lab);
});
afterAll(() => ground.close());

describe("what a change does to an object", () => {
  test("an object that was made shows no change, a changed value shows as one update, and the cluster gets it", async () => {
    const trial = await ground.stack();
    const provider = { enableConfigMapMutable: true };
    const options = (data: Sample) => ({
      provider,
      objects: { settings: configMap("plain", data), worker: deployment("plain", stay) },
    });
    await trial.declare(options({ a: "1" }));
    expect(ops(well(await trial.preview()))).toEqual(["create settings", "create worker"]);
    well(await trial.up());
    expect(ops(well(await trial.preview()))).toEqual([]);
    await trial.declare(options({ a: "2" }));
    const preview = well(await trial.preview());
    expect(ops(preview)).toEqual(["update settings"]);
    expect(changing(preview.steps)[0]?.changes).toEqual({ "data.a": "update" });
    well(await trial.up());
    expect(await ground.live("configmap", "plain", "{.data.a}")).toBe("2");
  });

  test("a changed ConfigMap without the mutable switch is deleted first and made anew", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { settings: configMap("fixed", { a: "1" }) } });
    well(await trial.up());
    await trial.declare({ objects: { settings: configMap("fixed", { a: "2" }) } });
    const preview = well(await trial.preview());
    expect(ops(preview)).toContain("delete-replaced settings");
    well(await trial.up());
    expect(await ground.live("configmap", "fixed", "{.data.a}")).toBe("2");
  });

  test("an immutable ConfigMap is made anew in spite of the mutable switch", async () => {
    const trial = await ground.stack();
    const provider = { enableConfigMapMutable: true };
    const spec = (a: string) => ({
      provider,
      objects: { settings: configMap("stone", { a }, { immutable: true }) },
    });
    await trial.declare(spec("1"));
    well(await trial.up());
    await trial.declare(spec("2"));
    expect(ops(well(await trial.preview()))).toContain("delete-replaced settings");
  });

  test("a Job with another template is made anew", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { task: job("task", ["true"]) } });
    well(await trial.up());
    await trial.declare({ objects: { task: job("task", ["echo"]) } });
    expect(ops(well(await trial.preview()))).toContain("delete-replaced task");
    well(await trial.up());
    expect(await ground.live("job", "task", "{.spec.template.spec.containers[0].args[0]}")).toBe(
      "echo",
    );
  });

  test("a Job that waits is resumed in place", async () => {
    const trial = await ground.stack();
    const spec = (suspend: boolean) => ({
      objects: { migration: job("migration", ["true"], { suspend }, skipAwait) },
    });
    await trial.declare(spec(true));
    well(await trial.up());
    await trial.declare(spec(false));
    expect(ops(well(await trial.up()))).toEqual(["update migration"]);
    expect(await ground.live("job", "migration", "{.spec.suspend}")).toBe("false");
  });

  test("a Deployment with another selector is made anew", async () => {
    const trial = await ground.stack();
    const labelled = (app: string) => ({
      ...deployment("selected", stay),
      spec: { selector: { matchLabels: { app } }, template: podTemplate(stay, app) },
    });
    await trial.declare({ objects: { worker: labelled("one") } });
    well(await trial.up());
    await trial.declare({ objects: { worker: labelled("two") } });
    expect(ops(well(await trial.preview()))).toContain("delete-replaced worker");
  });

  test("an object without a name gets one, keeps it, and is replaced by a new one before it goes", async () => {
    const trial = await ground.stack();
    const spec = (a: string) => ({
      objects: {
        settings: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { namespace: ground.namespace, labels: { of: "autoname" } },
          data: { a },
        },
      },
    });
    await trial.declare(spec("1"));
    well(await trial.up());
    const names = () =>
      ground.kubectl("get", "cm", "-n", ground.namespace, "-l", "of=autoname", "-o", "name");
    const first = await names();
    expect(first).toMatch(/^configmap\/settings-[0-9a-f]{8}$/);
    expect(ops(well(await trial.preview()))).toEqual([]);
    await trial.declare(spec("2"));
    const up = well(await trial.up());
    const order = up.steps.filter(({ name }) => name === "settings").map(({ op }) => op);
    expect(order.indexOf("create-replacement")).toBeLessThan(order.indexOf("delete-replaced"));
    expect(await names()).not.toBe(first);
  });

  test("an ignored field of another manager is left to it while other fields change", async () => {
    const trial = await ground.stack();
    const spec = (command: readonly string[]) => ({
      objects: { worker: deployment("scaled", command, { replicas: 1 }) },
      options: { worker: { ignoreChanges: ["spec.replicas"] } },
    });
    await trial.declare(spec(stay));
    well(await trial.up());
    await ground.kubectl("scale", "deployment/scaled", "--replicas=2", "-n", ground.namespace);
    await trial.declare(spec(["sleep", "3601"]));
    well(await trial.up());
    expect(await ground.live("deployment", "scaled", "{.spec.replicas}")).toBe("2");
  });
});

describe("the provider itself", () => {
  test("another cluster identifier replaces every object, another kubeconfig of the same cluster none", async () => {
    const trial = await ground.stack();
    const objects = { settings: configMap("moved", { a: "1" }) };
    await trial.declare({ provider: { clusterIdentifier: "one" }, objects });
    well(await trial.up());
    const context = lab.context;
    await trial.declare({ provider: { clusterIdentifier: "one", context }, objects });
    expect(ops(well(await trial.preview()))).toEqual([]);
    await trial.declare({ provider: { clusterIdentifier: "two" }, objects });
    expect(ops(well(await trial.preview())).some((op) => op.includes("replace"))).toBe(true);
  });

  test("what the stand-in does not do is refused in words", async (context) => {
    if (lab.plugins === "official") context.skip();
    const patch = { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("patched") };
    const refused = [
      { settings: undefined, object: { $type: "kubernetes:core/v1:ConfigMapPatch", ...patch } },
      { settings: undefined, object: { $type: "kubernetes:helm.sh/v3:Release", ...patch } },
      { settings: { enableServerSideApply: false }, object: configMap("client-side", {}) },
      { settings: { renderYamlToDirectory: "/tmp/none" }, object: configMap("rendered", {}) },
    ];
    for (const { settings, object } of refused) {
      const trial = await ground.stack();
      await trial.declare({ ...(settings && { provider: settings }), objects: { it: object } });
      const preview = failed(await trial.preview());
      expect(preview.all).toMatch(
        /the stand-in kubernetes plugin does not support .*; use the official plugin/,
      );
    }
  });
});
