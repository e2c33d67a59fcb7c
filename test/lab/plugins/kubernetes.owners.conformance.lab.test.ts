import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLab } from "../lab";
import { failed, ops, samplesIn, stay, well } from "./kubernetes-samples";
import { openGround, type TrialGround } from "./kubernetes-trial";

// Rules of pulumi-kubernetes 4.32.0 that the program relies on, on whatever plugin the lab has. Passing on
// the stand-in proves that it keeps these rules; it proves nothing about kinds that are not here.

let ground: TrialGround;
const { configMap, deployment, metadata } = samplesIn(() => ground);

beforeAll(async () => {
  ground = await openGround(await connectLab());
});
afterAll(() => ground.close());

describe("objects of others", () => {
  test("an object that exists is not taken over: the preview says create, the update fails", async () => {
    const trial = await ground.stack();
    await ground.apply(configMap("theirs", { a: "0" }));
    await trial.declare({ objects: { settings: configMap("theirs", { a: "1" }) } });
    expect(ops(well(await trial.preview()))).toEqual(["create settings"]);
    const up = failed(await trial.up());
    expect(up.all).toContain('configmaps "theirs" already exists');
    expect(await ground.live("configmap", "theirs", "{.data.a}")).toBe("0");
  });

  test("an object that exists is taken over with upsert and force", async () => {
    const trial = await ground.stack();
    await ground.apply(configMap("adopted", { a: "0" }));
    const provider = { upsertExistingObjects: true, enablePatchForce: true };
    await trial.declare({ provider, objects: { settings: configMap("adopted", { a: "1" }) } });
    expect(ops(well(await trial.up()))).toEqual(["create settings"]);
    expect(await ground.live("configmap", "adopted", "{.data.a}")).toBe("1");
    expect(ops(well(await trial.preview()))).toEqual([]);
  });

  test("a Deployment applied without its pod template takes a live one over, and ignored it stays as it is", async () => {
    const trial = await ground.stack();
    const theirs = deployment("whole", stay);
    await ground.apply(theirs, "--server-side", "--field-manager=helm");
    const template = "{.spec.template}";
    const before = await ground.live("deployment", "whole", template);
    const bare = (minReadySeconds: number) =>
      deployment("whole", stay, { template: undefined, minReadySeconds });
    const options = { worker: { ignoreChanges: ["spec.template"] } };
    const provider = { upsertExistingObjects: true, enablePatchForce: true };
    await trial.declare({ provider, objects: { worker: bare(1) }, options });
    expect(ops(well(await trial.preview()))).toEqual(["create worker"]);
    well(await trial.up());
    expect(await ground.live("deployment", "whole", template)).toBe(before);
    expect(ops(well(await trial.preview()))).toEqual([]);
    await trial.declare({ provider, objects: { worker: bare(2) }, options });
    well(await trial.up());
    expect(await ground.live("deployment", "whole", "{.spec.minReadySeconds}")).toBe("2");
    expect(await ground.live("deployment", "whole", template)).toBe(before);
    await trial.declare({ provider, objects: { worker: theirs } });
    expect(ops(well(await trial.preview()))).toEqual(["update worker"]);
  });

  test("a Deployment without a pod template is not made where there is none", async () => {
    const trial = await ground.stack();
    const worker = deployment("headless", stay, { template: undefined });
    await trial.declare({ provider: { upsertExistingObjects: true }, objects: { worker } });
    expect(failed(await trial.up()).all).toMatch(/spec\.template/);
  });

  test("a field of another manager is a conflict that fails the preview and names the manager; patchForce takes it", async () => {
    const trial = await ground.stack();
    const provider = { enableConfigMapMutable: true };
    // Only an updated object is fully under server-side apply; before, a preview forces its way.
    for (const a of ["0", "1"]) {
      await trial.declare({ provider, objects: { settings: configMap("shared", { a }) } });
      well(await trial.up());
    }
    const theirs = configMap("shared", { a: "0" });
    await ground.apply(theirs, "--server-side", "--force-conflicts", "--field-manager=helm");
    await trial.declare({ provider, objects: { settings: configMap("shared", { a: "2" }) } });
    const preview = failed(await trial.preview());
    expect(preview.all).toContain("field conflict detected");
    expect(preview.all).toContain('conflict with "helm"');
    const forced = { ...metadata("shared"), annotations: { "pulumi.com/patchForce": "true" } };
    const settings = { ...configMap("shared", { a: "2" }), metadata: forced };
    await trial.declare({ provider, objects: { settings } });
    well(await trial.up());
    expect(await ground.live("configmap", "shared", "{.data.a}")).toBe("2");
  });

  test("fields that kubectl apply wrote are taken over without force", async () => {
    const trial = await ground.stack();
    const provider = { enableConfigMapMutable: true };
    await trial.declare({ provider, objects: { settings: configMap("kubectl", { a: "1" }) } });
    well(await trial.up());
    await ground.apply(configMap("kubectl", { a: "0" }));
    await trial.declare({ provider, objects: { settings: configMap("kubectl", { a: "2" }) } });
    well(await trial.up());
    expect(await ground.live("configmap", "kubectl", "{.data.a}")).toBe("2");
  });
});

describe("live state", () => {
  test("drift is unseen until a refresh, and undone by the update after it", async () => {
    const trial = await ground.stack();
    const provider = { enableConfigMapMutable: true };
    await trial.declare({ provider, objects: { settings: configMap("drifts", { a: "1" }) } });
    well(await trial.up());
    await ground.apply(configMap("drifts", { a: "9" }));
    expect(ops(well(await trial.preview()))).toEqual([]);
    well(await trial.refresh());
    expect(ops(well(await trial.preview()))).toEqual(["update settings"]);
    well(await trial.up());
    expect(await ground.live("configmap", "drifts", "{.data.a}")).toBe("1");
  });

  test("an object that somebody deleted is made again after a refresh", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { settings: configMap("lost", { a: "1" }) } });
    well(await trial.up());
    await ground.kubectl("delete", "configmap", "lost", "-n", ground.namespace);
    well(await trial.refresh());
    expect(ops(well(await trial.preview()))).toEqual(["create settings"]);
  });

  test("a refresh of an object that is not ready keeps that as a failure", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { worker: deployment("decays", stay) } });
    well(await trial.up());
    await ground.kubectl(
      "set",
      "image",
      "deployment/decays",
      "main=none.invalid/none:1",
      "-n",
      ground.namespace,
    );
    await ground.kubectl(
      "delete",
      "pod",
      "-l",
      "app=decays",
      "-n",
      ground.namespace,
      "--grace-period=0",
      "--force",
    );
    const refresh = await trial.refresh();
    expect(refresh.all).toContain("was created but failed to initialize");
  });

  test("an existing object is imported by its id without a change", async () => {
    const trial = await ground.stack();
    await ground.apply(configMap("imported", { a: "1" }));
    const settings = { ...configMap("imported", { a: "1" }), metadata: metadata("imported") };
    await trial.declare({
      objects: { settings },
      options: { settings: { import: `${ground.namespace}/imported` } },
    });
    expect(ops(well(await trial.up()))).toEqual(["import settings"]);
    expect(ops(well(await trial.preview()))).toEqual([]);
  });

  test("a destroy goes against the order of dependencies and waits until each object is gone", async () => {
    const trial = await ground.stack();
    const held = {
      ...configMap("held", {}),
      metadata: { ...metadata("held"), finalizers: ["trial.example/held"] },
    };
    await trial.declare({
      objects: { base: configMap("base", {}), held },
      options: {
        held: { dependsOn: ["base"], customTimeouts: { create: "9s", update: "9s", delete: "3s" } },
      },
    });
    well(await trial.up());
    const stuck = failed(await trial.destroy());
    expect(stuck.all).toContain("finalizers might be preventing deletion");
    expect(await ground.live("configmap", "base", "{.metadata.name}")).toBe("base");
    const patch = JSON.stringify({ metadata: { finalizers: null } });
    await ground.kubectl(
      "patch",
      "configmap",
      "held",
      "-n",
      ground.namespace,
      "--type=merge",
      "-p",
      patch,
    );
    const gone = well(await trial.destroy());
    expect(ops(gone)).toEqual(["delete base", "delete held"]);
    well(await trial.destroy());
  });
});
