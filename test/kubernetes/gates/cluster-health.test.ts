import { describe, expect, test } from "vitest";
import { clusterHealth } from "../../../components/kubernetes/gates/cluster-health";
import type { ClusterFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { unavailable } from "../../../components/upgrade/observation";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { cluster, node, pod, workload } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "staging/smoltbot";
const upgrade = step("1.1.0", "1.2.0");
const say = (change: Partial<ClusterFacts>, plan = upgrade) =>
  spoken(clusterHealth({ cluster: cluster(change), plan, at }));

test("a release that is well passes (B-21, S-30)", () => {
  expect(say({})).toEqual([`pass ${at}: 1 node and 1 workload, all well`]);
});

test("a cluster that could not be seen is unknown, with the reason", () => {
  const look = unavailable("connection refused by 10.0.0.5:6443.");
  expect(spoken(clusterHealth({ cluster: look, plan: upgrade, at }))).toEqual([
    `unknown ${at}: no look at the cluster: connection refused by 10.0.0.5:6443`,
  ]);
});

test("pods that a killed restore has stopped are told, with how to bring them back; only going back goes on (law 2, S-44)", () => {
  const none = { desired: 0, updated: 0, ready: 0, available: 0, stoppedFrom: 2 };
  const stopped = { workloads: [workload(none)] };
  const found =
    "Deployment/gateway: no pods: a restore, or a way down of the schema, has stopped it, at 2 replicas";
  expect(say(stopped)).toEqual([`block ${found}`]);
  expect(say(stopped, step("2.0.0", "2.0.0"))).toEqual([`warn ${found}`]);
  expect(say(stopped, step("2.0.0", "1.2.0"))).toEqual([`warn ${found}`]);
  const [finding] = clusterHealth({ cluster: cluster(stopped), plan: upgrade, at });
  expect(finding?.fix).toContain("set the version to what it was going back to");
  // What it would start on may be the database of another release by then.
  expect(finding?.fix).not.toContain("kubectl");
});

test.each<[string, Partial<ClusterFacts>, string]>([
  [
    "a pod that is not ready",
    { workloads: [workload({ ready: 1, available: 1 })] },
    "Deployment/gateway: of 2 pods 2 up to date, 1 ready, 1 available",
  ],
  [
    "a pod of an older template",
    { workloads: [workload({ updated: 1 })] },
    "Deployment/gateway: of 2 pods 1 up to date, 2 ready, 2 available",
  ],
  [
    "a change that was not seen yet",
    { workloads: [workload({ observed: false })] },
    "Deployment/gateway: a change that its controller has not seen yet",
  ],
  [
    "a release that is gone",
    { workloads: [] },
    `${at}: no Deployment of the release, though one was verified or runs`,
  ],
  ["no nodes", { nodes: [] }, `${at}: none of 0 nodes can take pods`],
  [
    "no node that can take pods",
    { nodes: [node({ ready: false }), node({ name: "two", schedulable: false })] },
    `${at}: none of 2 nodes can take pods`,
  ],
])("%s stops an upgrade (B-21, S-30)", (_, change, said) => {
  expect(say(change)).toEqual([`block ${said}`]);
});

describe("a release that is not well", () => {
  const sick = { workloads: [workload({ ready: 0, available: 0 })] };
  const told = ["warn Deployment/gateway: of 2 pods 2 up to date, 0 ready, 0 available"];

  test("may be left by a rollback (S-41)", () => {
    expect(say(sick, step("1.2.0", "1.1.0"))).toEqual(told);
  });

  test("may be brought on where an upgrade was cut off", () => {
    const plan = planUpgrade({
      wanted: "1.2.0",
      verified: "1.1.0",
      running: ["1.1.0", "1.2.0"],
    });
    expect(say(sick, plan)).toEqual(told);
  });

  test("may be applied again as it is", () => {
    expect(say(sick, step("1.1.0", "1.1.0"))).toEqual(told);
  });
});

test("a workload whose old pods a cut-off run has left held is well if its pods are ready, since none of them counts as available meanwhile (T-25)", () => {
  const held = workload({ available: 0, held: true });
  expect(say({ workloads: [held] })).toEqual([`pass ${at}: 1 node and 1 workload, all well`]);
  expect(say({ workloads: [{ ...held, ready: 1 }] })).toEqual([
    "block Deployment/gateway: of 2 pods 2 up to date, 1 ready, 0 available",
  ]);
});

test("a first install expects no workloads", () => {
  expect(say({ workloads: [] }, step(undefined, "1.1.0"))).toEqual([
    `pass ${at}: 1 node and 0 workloads, all well`,
  ]);
});

test("a node that is down beside one that is up is told", () => {
  expect(say({ nodes: [node(), node({ name: "two", ready: false })] })).toEqual([
    `warn ${at}: not ready: two`,
  ]);
});

test("pods that restart again and again are told, a few restarts are not (S-50)", () => {
  expect(say({ pods: [pod("gateway-a", 2), pod("gateway-b", 3)] })).toEqual([
    "warn Pod/gateway-b: 3 restarts",
  ]);
});

test.each([
  [true, "warn"],
  [false, "block"],
])(
  "an observer that is not ready, probed %s, gets a %s: only failing probes are mended (T-01)",
  (probed, verdict) => {
    const observer = workload({ name: "observer", ready: 0, available: 0, probed });
    const look = cluster({ workloads: [observer] });
    const findings = clusterHealth({ cluster: look, plan: upgrade, at, mended: ["observer"] });
    expect(spoken(findings)).toEqual([
      `${verdict} Deployment/observer: of 2 pods 2 up to date, 0 ready, 0 available`,
    ]);
  },
);

test("a StatefulSet that is not well is told as one, and scaled as one (B-21)", () => {
  const sick = { workloads: [workload({ kind: "StatefulSet", name: "bridge", ready: 1 })] };
  expect(say(sick)).toEqual([
    "block StatefulSet/bridge: of 2 pods 2 up to date, 1 ready, 2 available",
  ]);
  const none = { desired: 0, updated: 0, ready: 0, available: 0, stoppedFrom: 3 };
  const stopped = { workloads: [workload({ kind: "StatefulSet", name: "bridge", ...none })] };
  const [finding] = clusterHealth({ cluster: cluster(stopped), plan: upgrade, at });
  expect(finding?.fix).toContain("set the version to what it was going back to");
});
