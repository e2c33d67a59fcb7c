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

describe("what a preview knows", () => {
  test("a preview is refused by the server where the update would be", async () => {
    const trial = await ground.stack();
    const wrong = { ...deployment("wrong", stay), spec: { replicas: -1 } };
    await trial.declare({ objects: { worker: wrong } });
    const preview = failed(await trial.preview());
    expect(preview.all).toContain('Deployment.apps "wrong" is invalid');
  });

  test("an input that is not known yet passes the preview and arrives in the update", async () => {
    const trial = await ground.stack();
    const name = `${ground.namespace}-inner`;
    await trial.declare({
      objects: {
        inner: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        settings: configMap("late", { phase: { $output: "inner.status.phase" } }),
      },
    });
    expect(ops(well(await trial.preview()))).toEqual(["create inner", "create settings"]);
    well(await trial.up());
    expect(await ground.live("configmap", "late", "{.data.phase}")).toBe("Active");
  });

  test("objects in a namespace of the same program pass the preview before the namespace is there", async () => {
    const trial = await ground.stack();
    const name = `${ground.namespace}-fresh`;
    const inside = { ...configMap("inside", {}), metadata: { name: "inside", namespace: name } };
    await trial.declare({
      objects: { inside, space: { apiVersion: "v1", kind: "Namespace", metadata: { name } } },
    });
    expect(ops(well(await trial.preview()))).toEqual(["create inside", "create space"]);
    // Nothing orders the two: the object is tried again until its namespace is there.
    well(await trial.up());
  });

  test("a cluster that does not answer is said in words", async () => {
    const trial = await ground.stack();
    const server = "https://127.0.0.1:9";
    const kubeconfig = JSON.stringify({
      clusters: [{ name: "none", cluster: { server } }],
      contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
      users: [{ name: "none", user: {} }],
      "current-context": "none",
    });
    await trial.declare({
      provider: { kubeconfig },
      objects: { settings: configMap("nowhere", {}) },
    });
    const up = failed(await trial.up());
    expect(up.all).toContain("configured Kubernetes cluster is unreachable");
    expect(up.all).toContain("unable to load schema information from the API server");
  });
});

describe("secrets", () => {
  test("a Secret shows neither its values nor their change, in output and in state", async () => {
    const trial = await ground.stack();
    const provider = { enableSecretMutable: true };
    const spec = (password: string) => ({
      provider,
      objects: {
        credentials: {
          apiVersion: "v1",
          kind: "Secret",
          metadata: metadata("credentials"),
          stringData: { password },
        },
        worker: configMap("leaky", { open: "seen", hidden: { $secret: password } }),
      },
    });
    await trial.declare(spec("first-hush"));
    const up = well(await trial.up("--diff"));
    await trial.declare(spec("second-hush"));
    const preview = well(await trial.preview("--diff"));
    expect(preview.all).toContain("[secret]");
    expect(ops(preview)).toContain("update credentials");
    const shown = [up.all, preview.all, await trial.state()].join("\n");
    for (const word of ["first-hush", "second-hush"]) {
      expect(shown).not.toContain(word);
      expect(shown).not.toContain(Buffer.from(word).toString("base64"));
    }
    expect(await ground.live("secret", "credentials", "{.data.password}")).toBe(
      Buffer.from("first-hush").toString("base64"),
    );
  });
});
