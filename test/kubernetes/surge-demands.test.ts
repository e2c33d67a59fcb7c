import { expect, test } from "vitest";
import { surgeDemands } from "../../components/kubernetes/surge-demands";
import { autoscaler, container, deployment } from "../upgrade/gates/gateway";

const sized = { ...container(), resources: { requests: { cpu: "100m", memory: "256Mi" } } };
const gateway = (spec: Readonly<Record<string, unknown>> = {}) =>
  deployment(spec, { containers: [sized] });
const job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migrate" },
  spec: {
    template: {
      spec: { containers: [{ name: "migrate", resources: { requests: { cpu: 0.05 } } }] },
    },
  },
};
const pod = {
  name: "a pod of gateway",
  requests: { cpu: 100, memory: 268_435_456 },
  containers: [
    { name: "gateway", role: "main", requests: { cpu: 100, memory: 268_435_456 }, limits: {} },
  ],
  removed: false,
};
const counted = (install: boolean, ...objects: ReturnType<typeof gateway>[]) =>
  surgeDemands({ gateway: "smoltbot", objects, job, install })[1]?.pods.length;

test("an upgrade needs the migration first, then one more pod of the gateway (S-05)", () => {
  expect(surgeDemands({ gateway: "smoltbot", objects: [gateway()], job, install: false })).toEqual([
    {
      chapter: "schema",
      gateways: ["smoltbot"],
      pods: [
        {
          name: "a pod of the migration",
          requests: { cpu: 50, memory: 0 },
          containers: [{ name: "migrate", role: "main", requests: { cpu: 50 }, limits: {} }],
          removed: false,
        },
      ],
    },
    { chapter: "rollout", gateways: ["smoltbot"], pods: [pod] },
  ]);
});

test("a first install needs all pods (S-05)", () => {
  expect(counted(true, gateway({ replicas: 3 }))).toBe(3);
});

test("a share of surge is rounded up, at the autoscaler's most pods (S-05)", () => {
  const rolling = { strategy: { rollingUpdate: { maxSurge: "25%" } } };
  expect(counted(false, gateway(rolling))).toBe(1);
  expect(counted(false, gateway({ ...rolling, replicas: undefined }), autoscaler())).toBe(2);
  expect(counted(true, gateway({ ...rolling, replicas: undefined }), autoscaler())).toBe(2);
});

test("a Deployment that is stopped first needs no more room (S-05)", () => {
  expect(counted(false, gateway({ strategy: { type: "Recreate" } }))).toBe(0);
});

test("a limit without a request counts as the request, and a sidecar beside its pod (S-05)", () => {
  const sidecar = {
    name: "proxy",
    restartPolicy: "Always",
    resources: { limits: { cpu: "200m", memory: "64Mi" } },
  };
  const [, rollout] = surgeDemands({
    gateway: "smoltbot",
    objects: [deployment({}, { initContainers: [sidecar], containers: [sized] })],
    job,
    install: false,
  });
  expect(rollout?.pods[0]?.requests).toEqual({ cpu: 300, memory: 320 * 1024 ** 2 });
  expect(rollout?.pods[0]?.containers.map(({ name, role }) => `${name}: ${role}`)).toEqual([
    "proxy: sidecar",
    "gateway: main",
  ]);
});

test("a Job that reaches the database runs alone for the backup, then beside the migration, and is gone after it (S-05)", () => {
  const client = { ...job, metadata: { name: "client" } };
  const demands = surgeDemands({
    gateway: "smoltbot",
    objects: [gateway()],
    job,
    client,
    install: false,
  });
  const told = demands.map(
    ({ chapter, pods }) =>
      `${chapter}: ${pods.map(({ name, removed }) => name + (removed ? " (removed)" : "")).join(", ")}`,
  );
  expect(told).toEqual([
    "backup: a pod of the database client (removed)",
    "schema: a pod of the database client (removed), a pod of the migration",
    "rollout: a pod of gateway",
  ]);
});
