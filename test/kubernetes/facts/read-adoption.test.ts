import { expect, test } from "vitest";
import { readAdoptionFacts } from "../../../components/kubernetes/facts/read-adoption";
import type { ObjectName } from "../../../components/kubernetes/api/paths";
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
            env: [
              { name: "X", valueFrom: { secretKeyRef: { name: "extra", key: "x" } } },
              {
                name: "Y",
                valueFrom: { secretKeyRef: { name: "absent", key: "y", optional: true } },
              },
            ],
          },
        ],
      },
    },
  },
};
const worker = {
  kind: "StatefulSet",
  metadata: { name: "worker" },
  spec: {
    template: {
      spec: { containers: [{ name: "worker", envFrom: [{ secretRef: { name: "of-worker" } }] }] },
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
    resources: [
      { name: "deployments", kind: "Deployment", namespaced: true },
      { name: "statefulsets", kind: "StatefulSet", namespaced: true },
    ],
  },
  "/k8s/apis/traefik.io/v1alpha1": {
    resources: [{ name: "ingressroutes", kind: "IngressRoute", namespaced: true }],
  },
  "/k8s/apis/traefik.io/v1alpha1/namespaces/smoltbot/ingressroutes": {
    items: [named("route"), named("old-route")],
  },
  "/k8s/apis/traefik.io/v1alpha1/namespaces/smoltbot/ingressroutes/route": {
    kind: "IngressRoute",
    ...named("route"),
  },
  "/k8s/apis/apps/v1/namespaces/smoltbot/statefulsets": {
    items: [named("worker"), named("old-worker")],
  },
  "/k8s/apis/apps/v1/namespaces/smoltbot/statefulsets/worker": worker,
  "/k8s/api/v1": { resources: [{ name: "secrets", kind: "Secret", namespaced: true }] },
  "/k8s/apis/apps/v1/namespaces/smoltbot/deployments/gateway": deployment,
  "/k8s/apis/apps/v1/namespaces/smoltbot/deployments": { items: [named("gateway")] },
  "/k8s/apis/networking.k8s.io/v1/namespaces/smoltbot/ingresses": { items: [named("way-in")] },
  [`${home}/secrets`]: { items: [named("company"), named("extra")] },
  "/k8s/apis/autoscaling/v2/namespaces/smoltbot/horizontalpodautoscalers": { items: null },
  [`${home}/secrets/company`]: data({ SAME: "hunter1", OTHER: "hunter2", OLD: "hunter3" }),
  [`${home}/secrets/extra`]: data({ x: "hunter4" }),
  [`${home}/secrets/of-worker`]: data({ OF_WORKER: "hunter6" }),
};

const GATEWAY: readonly ObjectName[] = [
  { apiVersion: "v1", kind: "Secret", name: "gateway" },
  { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
];

const look = (
  secretKey?: (secret: string, key: string) => string | undefined,
  objects: readonly ObjectName[] = GATEWAY,
) =>
  withApi(
    (_, path) => answers[path],
    async (kubeconfig) =>
      readAdoptionFacts({
        client: await openCluster({ kubeconfig }),
        namespace: "smoltbot",
        release: "smoltbot",
        objects,
        secrets: { SAME: "hunter1", OTHER: "changed", NEW: "hunter5" },
        secretKey,
      }),
  );

test("an install gives the keys of its Secrets that differ, and not one value", async () => {
  const facts = await look();
  expect(facts.secret).toMatchObject({
    names: ["company", "extra"],
    kept: [],
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
    names: ["extra"],
    kept: ["company"],
    places: { NEW: { secret: "extra", key: "x" } },
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

test("the Secrets of all of its workloads are compared, and one that is not there is not", async () => {
  const all = [...GATEWAY, { apiVersion: "apps/v1", kind: "StatefulSet", name: "worker" }];
  const { secret } = await look(undefined, all);
  expect(secret?.names).toEqual(["company", "extra", "of-worker"]);
  expect(secret?.lost).toEqual(["OLD", "x", "OF_WORKER"]);
});

test("an object of a kind that the program declares and that nobody declares is told: a StatefulSet, a route of the ingress", async () => {
  const objects = [
    ...GATEWAY,
    { apiVersion: "apps/v1", kind: "StatefulSet", name: "worker" },
    { apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", name: "route" },
  ];
  const { leftOver } = await look(undefined, objects);
  expect(leftOver).toContain("StatefulSet/old-worker");
  expect(leftOver).toContain("IngressRoute/old-route");
  expect(leftOver).not.toContain("IngressRoute/route");
  expect((await look()).leftOver).not.toContain("StatefulSet/old-worker");
});
