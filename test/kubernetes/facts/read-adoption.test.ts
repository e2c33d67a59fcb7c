import { expect, test } from "vitest";
import { readAdoptionFacts } from "../../../components/kubernetes/facts/read-adoption";
import { openCluster } from "../../../components/kubernetes/api/client";
import { withApi } from "../stand-in-api";

const deployment = {
  kind: "Deployment",
  metadata: { name: "gateway" },
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: "gateway",
            envFrom: [{ configMapRef: { name: "gateway" } }, { secretRef: { name: "company" } }],
            env: [{ name: "X", valueFrom: { secretKeyRef: { name: "extra", key: "x" } } }],
          },
        ],
      },
    },
  },
};
const data = (values: Readonly<Record<string, string>>) => ({
  data: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  ),
});
const named = (name: string) => ({ metadata: { name } });
const home = "/k8s/api/v1/namespaces/smoltbot";
const answers: Readonly<Record<string, unknown>> = {
  "/k8s/apis/apps/v1": {
    resources: [{ name: "deployments", kind: "Deployment", namespaced: true }],
  },
  "/k8s/api/v1": { resources: [{ name: "secrets", kind: "Secret", namespaced: true }] },
  "/k8s/apis/apps/v1/namespaces/smoltbot/deployments/gateway": deployment,
  "/k8s/apis/apps/v1/namespaces/smoltbot/deployments": { items: [named("gateway")] },
  "/k8s/apis/networking.k8s.io/v1/namespaces/smoltbot/ingresses": { items: [named("way-in")] },
  [`${home}/secrets`]: { items: [named("company"), named("extra")] },
  "/k8s/apis/autoscaling/v2/namespaces/smoltbot/horizontalpodautoscalers": { items: null },
  [`${home}/secrets/company`]: data({ SAME: "hunter1", OTHER: "hunter2", OLD: "hunter3" }),
  [`${home}/secrets/extra`]: data({ x: "hunter4" }),
};

const look = (secretKey?: (secret: string, key: string) => string | undefined) =>
  withApi(
    (_, path) => answers[path],
    async (kubeconfig) =>
      readAdoptionFacts({
        client: await openCluster({ kubeconfig }),
        namespace: "smoltbot",
        release: "smoltbot",
        objects: [
          { apiVersion: "v1", kind: "Secret", name: "gateway" },
          { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
        ],
        deployment: "gateway",
        secrets: { SAME: "hunter1", OTHER: "changed", NEW: "hunter5" },
        secretKey,
      }),
  );

test("an install gives the keys of its Secrets that differ, and not one value", async () => {
  const facts = await look();
  expect(facts.secret).toEqual({
    names: ["company", "extra"],
    lost: ["OLD", "x"],
    added: ["NEW"],
    changed: ["OTHER"],
  });
  expect(JSON.stringify(facts)).not.toMatch(/hunter|aHVudGVy/);
});

test("a key of the install is compared with the one that stands for it, and a Secret that the pods keep with none (T-22)", async () => {
  const { secret, leftOver } = await look((name) => (name === "extra" ? "NEW" : undefined));
  expect(leftOver).toEqual(["Ingress/way-in", "Secret/company"]);
  expect(secret).toEqual({
    names: ["company", "extra"],
    lost: [],
    added: ["SAME", "OTHER"],
    changed: ["NEW"],
  });
});

test("an install gives its objects, and what of it nobody declares", async () => {
  const { objects, leftOver } = await look();
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(["gateway"]);
  expect(leftOver).toEqual(["Ingress/way-in", "Secret/company", "Secret/extra"]);
});
