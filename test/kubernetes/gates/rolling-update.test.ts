import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { rollingUpdate } from "../../../components/kubernetes/gates/rolling-update";
import { spoken } from "../../upgrade/gates/findings";
import { autoscaler, container, deployment, statefulSet } from "../../upgrade/gates/gateway";

const at = "Deployment/gateway";
const drained = `pass ${at} container gateway: preStop pause 10 s, grace period 40 s`;
const rolling = (maxUnavailable: unknown, maxSurge: unknown, replicas = 2) =>
  deployment({ replicas, strategy: { rollingUpdate: { maxUnavailable, maxSurge } } });
const say = (...objects: readonly KubernetesObject[]) =>
  spoken(rollingUpdate({ objects, workload: "gateway", drainSeconds: 15 }));

test.each<[string, readonly KubernetesObject[], string]>([
  ["maxUnavailable 0 passes", [deployment()], "pass|0, which is 0 of 2"],
  ["maxUnavailable 1 is refused", [rolling(1, 1)], "block|1, which is 1 of 2"],
  [
    "the default share of 25% loses none of two",
    [deployment({ strategy: {} })],
    "pass|25%, which is 0 of 2",
  ],
  [
    "the default share loses one of four, and is refused",
    [deployment({ strategy: undefined, replicas: 4 })],
    "block|25%, which is 1 of 4",
  ],
  [
    "a share is judged at the autoscaler's maximum too",
    [deployment({ replicas: undefined, strategy: {} }), autoscaler()],
    "block|25%, which is 1 of 6",
  ],
  [
    "no surge at all loses one, and is refused",
    [rolling("25%", "0%")],
    "block|25%, which is 1 of 2",
  ],
])("S-54: %s", (_, objects, said) => {
  const [verdict = "", found = ""] = said.split("|");
  expect(say(...objects)).toEqual([
    `${verdict} ${at}: RollingUpdate with maxUnavailable ${found} pods`,
    drained,
  ]);
});

test("S-54: strategy Recreate is refused", () => {
  expect(say(deployment({ strategy: { type: "Recreate" } }))).toEqual([
    `block ${at}: strategy Recreate`,
    drained,
  ]);
});

test.each<[string, unknown, number | undefined, string]>([
  ["no preStop", undefined, 40, "block: preStop pause 0 s, grace period 40 s"],
  [
    "a grace of pause and drain",
    { sleep: { seconds: 10 } },
    25,
    "pass: preStop pause 10 s, grace period 25 s",
  ],
  ["a second less", { sleep: { seconds: 10 } }, 24, "block: preStop pause 10 s, grace period 24 s"],
  [
    "the default grace",
    { sleep: { seconds: 10 } },
    undefined,
    "pass: preStop pause 10 s, grace period 30 s",
  ],
  [
    "a pause through a shell",
    { exec: { command: ["sh", "-c", "sleep 20"] } },
    40,
    "pass: preStop pause 20 s, grace period 40 s",
  ],
  [
    "a pause of none",
    { exec: { command: ["sleep", "0"] } },
    40,
    "block: preStop pause 0 s, grace period 40 s",
  ],
  [
    "a hook of unknown length",
    { exec: { command: ["drain"] } },
    40,
    "warn: a preStop hook whose length cannot be read",
  ],
  [
    "a hook by HTTP",
    { httpGet: { port: 8787 } },
    40,
    "warn: a preStop hook whose length cannot be read",
  ],
])("S-54: %s is judged against 15 s of drain", (_, preStop, grace, said) => {
  const pod = { terminationGracePeriodSeconds: grace, containers: [container(preStop)] };
  const [verdict = "", found = ""] = said.split(": ");
  expect(say(deployment({}, pod)).slice(1)).toEqual([
    `${verdict} ${at} container gateway: ${found}`,
  ]);
});

test("S-54: only containers that take traffic have to drain", () => {
  const containers = [container({ sleep: { seconds: 10 } }), { name: "sidecar" }];
  expect(say(deployment({}, { containers })).slice(1)).toEqual([drained]);
});

test("S-54: a Deployment that is not there is refused", () => {
  expect(say()).toEqual([`block ${at}: no such Deployment among the rendered objects`]);
});

test("S-54: where no container names a port, every one has to drain", () => {
  const silent = { ...container({ sleep: { seconds: 10 } }), ports: [] };
  expect(say(deployment({}, { containers: [silent, { name: "sidecar" }] })).slice(1)).toEqual([
    `pass ${at} container gateway: preStop pause 10 s, grace period 40 s`,
    `block ${at} container sidecar: preStop pause 0 s, grace period 40 s`,
  ]);
});

test.each<[string, readonly KubernetesObject[], string]>([
  [
    "held at all of its pods passes",
    [statefulSet(2)],
    "pass StatefulSet/gateway: RollingUpdate with partition 2, which lets 0 of 2 pods go by themselves: each waits for its turn",
  ],
  [
    "that nobody holds is refused",
    [statefulSet()],
    "block StatefulSet/gateway: RollingUpdate with partition 0, which lets 2 of 2 pods go by themselves",
  ],
  [
    "held at fewer than its autoscaler may make is refused",
    [
      statefulSet(2, { replicas: undefined }),
      autoscaler({ scaleTargetRef: { kind: "StatefulSet", name: "gateway" } }),
    ],
    "block StatefulSet/gateway: RollingUpdate with partition 2, which lets 4 of 6 pods go by themselves",
  ],
  [
    "whose pods go only by hand is refused",
    [statefulSet(2, { updateStrategy: { type: "OnDelete" } })],
    "block StatefulSet/gateway: strategy OnDelete",
  ],
])("B-06: a StatefulSet %s", (_, objects, said) => {
  expect(say(...objects)).toEqual([said, drained.replace("Deployment", "StatefulSet")]);
});
