import { expect, test } from "vitest";
import type { Running } from "../../../components/kubernetes/watch/rollout-pods";
import { surgeDemands } from "../../../components/kubernetes/objects/surge-demands";
import { autoscaler, container, deployment } from "../../upgrade/gates/gateway";

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
  growth: false,
};
const counted = (install: boolean, ...objects: ReturnType<typeof gateway>[]) =>
  surgeDemands({ gateway: "smoltbot", objects, job, running: install ? [] : undefined })[1]?.pods
    .length;

test("an upgrade needs the migration first, then one more pod of the gateway (S-05)", () => {
  expect(
    surgeDemands({ gateway: "smoltbot", objects: [gateway()], job, running: undefined }),
  ).toEqual([
    {
      chapter: "schema",
      gateways: ["smoltbot"],
      pods: [
        {
          name: "a pod of the migration",
          requests: { cpu: 50, memory: 0 },
          containers: [{ name: "migrate", role: "main", requests: { cpu: 50 }, limits: {} }],
          removed: false,
          growth: false,
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
    running: undefined,
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
    running: undefined,
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

/** The additional pods of a rollout over so many running pods that ask for this: `1 x a pod of gateway (100m)`. */
function rollout(
  running: readonly Running[],
  spec: Readonly<Record<string, unknown>>,
  ...more: ReturnType<typeof gateway>[]
): readonly string[] {
  const objects = [gateway(spec), ...more];
  const [, demand] = surgeDemands({ gateway: "smoltbot", objects, job, running });
  const told = (demand?.pods ?? []).map(({ name, requests }) => `${name} (${requests.cpu}m)`);
  return [...new Set(told)].map(
    (one) => `${told.filter((other) => other === one).length} x ${one}`,
  );
}

const live = (desired: number, cpu: number): Running => ({
  name: "gateway",
  desired,
  resources: { gateway: { requests: { cpu, memory: 268_435_456 }, limits: {} } },
});

test.each<[string, Running, Readonly<Record<string, unknown>>, readonly string[]]>([
  [
    "as large as before need one more",
    live(3, 100),
    { replicas: 3 },
    ["1 x a pod of gateway (100m)"],
  ],
  [
    "smaller than before need one more",
    live(3, 400),
    { replicas: 3 },
    ["1 x a pod of gateway (100m)"],
  ],
  [
    "that grow need one more, and what the others grow by (S-06)",
    live(3, 40),
    { replicas: 3 },
    ["1 x a pod of gateway (100m)", "2 x what a pod of gateway grows by (60m)"],
  ],
  [
    "that become more need those and one more",
    live(2, 100),
    { replicas: 4 },
    ["3 x a pod of gateway (100m)"],
  ],
  ["that become fewer need none", live(4, 100), { replicas: 2 }, []],
  [
    "that a restore has stopped need all of them",
    live(0, 100),
    { replicas: 3 },
    ["3 x a pod of gateway (100m)"],
  ],
  [
    "that grow and are stopped first need what they grow by (S-06)",
    live(2, 40),
    { replicas: 2, strategy: { type: "Recreate" } },
    ["2 x what a pod of gateway grows by (60m)"],
  ],
])("pods %s (S-05)", (_, running, spec, pods) => {
  expect(rollout([running], spec)).toEqual(pods);
});

test("pods under an autoscaler are as many as it has made, within its bounds (S-05)", () => {
  const free = { replicas: undefined };
  expect(rollout([live(3, 40)], free, autoscaler())).toEqual([
    "1 x a pod of gateway (100m)",
    "2 x what a pod of gateway grows by (60m)",
  ]);
  expect(rollout([{ ...live(0, 40), stoppedFrom: 3 }], free, autoscaler())).toEqual([
    "3 x a pod of gateway (100m)",
  ]);
  expect(rollout([live(1, 100)], free, autoscaler())).toEqual(["2 x a pod of gateway (100m)"]);
});

test("a Deployment that somebody deleted needs all its pods (S-05)", () => {
  expect(rollout([], { replicas: 2 })).toEqual(["2 x a pod of gateway (100m)"]);
});

test("a product without a schema needs only the pods of its rollout", () => {
  const demands = surgeDemands({
    gateway: "echo",
    objects: [gateway()],
    job: undefined,
    running: [],
  });
  expect(demands.map(({ chapter }) => chapter)).toEqual(["rollout"]);
});

test("a StatefulSet needs no more room than its pods have, but for what they grow by (S-05)", () => {
  const held = { ...gateway({ strategy: undefined, replicas: 3 }), kind: "StatefulSet" };
  expect(counted(false, held)).toBe(0);
  expect(counted(true, held)).toBe(3);
  const running: readonly Running[] = [
    {
      kind: "StatefulSet",
      name: "gateway",
      desired: 3,
      resources: { gateway: { requests: { cpu: 60, memory: 268_435_456 }, limits: {} } },
    },
  ];
  const [, rollout] = surgeDemands({ gateway: "bamf", objects: [held], job, running });
  expect(rollout?.pods.map(({ name, requests: { cpu } }) => [name, cpu])).toEqual(
    Array.from({ length: 3 }, () => ["what a pod of gateway grows by", 40]),
  );
});
