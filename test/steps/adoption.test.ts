import { expect, test } from "vitest";
import { runAdoption } from "../../components/steps/adoption";
import { Refusal, withApi } from "../kubernetes/stand-in-api";

const configMap = { apiVersion: "v1", kind: "ConfigMap", name: "gateway" };
const path = "/k8s/api/v1/namespaces/smoltbot/configmaps/gateway";
const live = (...managers: string[]) => ({
  metadata: {
    name: "gateway",
    resourceVersion: "7",
    managedFields: managers.map((manager) => ({
      manager,
      operation: manager === "helm" ? "Update" : "Apply",
      time: "2026-06-01T12:00:00Z",
      fieldsV1: {},
    })),
  },
});
const record = { metadata: { name: "sh.helm.release.v1.smoltbot.v1", labels: { version: "1" } } };

async function run(
  managers: readonly string[],
  refusals = 0,
  items: readonly object[] | null = [record],
) {
  const said: string[] = [];
  const patches: string[] = [];
  let left = refusals;
  const result = await withApi(
    (request, at) => {
      if (at === "/k8s/api/v1")
        return { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
      if (at === "/k8s/api/v1/namespaces/smoltbot/secrets") return { items };
      if (at !== path) return undefined;
      if (request.method !== "PATCH") return live(...managers);
      patches.push(request.headers["content-type"] ?? "");
      left -= 1;
      return left >= 0 ? new Refusal(409, JSON.stringify({ message: "conflict" })) : live();
    },
    (kubeconfig) =>
      runAdoption(
        {
          kubeconfig,
          namespace: "smoltbot",
          context: "near",
          release: "smoltbot",
          objects: [configMap],
        },
        {
          env: {},
          say: (line) => void said.push(line),
        },
      ).catch((error: unknown) => String(error)),
  );
  return { result, said, patches };
}

const ours = "pulumi-kubernetes-1a2b3c4d";

test("what Helm owns is handed over, and the way to retire its records is said as a command", async () => {
  const { result, said, patches } = await run(["helm", ours]);
  expect(patches).toEqual(["application/json-patch+json"]);
  expect(result).toEqual({ handedOver: ["ConfigMap/gateway"], records: [record.metadata.name] });
  expect(said.join("\n")).toContain(
    "kubectl --context near --namespace smoltbot delete secret sh.helm.release.v1.smoltbot.v1",
  );
  expect(said.join("\n")).toContain("never use Helm on it");
});

test("a second run hands nothing over, and without records nothing more is said", async () => {
  const { result, said, patches } = await run([ours], 0, null);
  expect(patches).toEqual([]);
  expect(result).toEqual({ handedOver: [], records: [] });
  expect(said).toEqual(["every object belongs to this program already"]);
});

test("an object that changed meanwhile is read again", async () => {
  const { result, patches } = await run(["helm", ours], 2);
  expect(patches).toHaveLength(3);
  expect(result).toMatchObject({ handedOver: ["ConfigMap/gateway"] });
});

test("an object that never stands still ends the step in words", async () => {
  const { result } = await run(["helm", ours], 99);
  expect(result).toMatch(/has changed 10 times while it was handed over/);
});
