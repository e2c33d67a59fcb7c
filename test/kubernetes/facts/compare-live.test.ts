import { expect, test } from "vitest";
import { differences } from "../../../components/kubernetes/facts/compare-live";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";

const object = (spec: unknown, metadata: object = {}): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway", ...metadata },
  spec,
});

test.each<[string, unknown, unknown, readonly string[]]>([
  ["another value", { replicas: 2 }, { replicas: 3 }, ["spec.replicas"]],
  ["a value that is missing", { paused: true }, {}, ["spec.paused"]],
  ["a value that was added", {}, { paused: true }, ["spec.paused"]],
  ["an item of another name", [{ name: "a" }], [{ name: "b" }], ["spec[a]", "spec[b]"]],
  ["items in another order", [{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }], []],
  ["another item of a plain list", ["a", "b"], ["a", "c"], ["spec[1]"]],
  ["a shorter list", ["a"], ["a", "b"], ["spec[1]"]],
  ["a list where a map was", { a: {} }, { a: ["x"] }, ["spec.a"]],
  [
    "the same quantity in another notation",
    { cpu: "1000m", memory: "1Gi" },
    { cpu: 1, memory: "1024Mi" },
    [],
  ],
  ["another quantity", { cpu: "1000m" }, { cpu: "2" }, ["spec.cpu"]],
  [
    "something empty that the server leaves out",
    { a: "", b: [], c: {}, d: null, e: false },
    {},
    [],
  ],
  ["what the server fills in", {}, { dnsPolicy: "ClusterFirst", clusterIP: "10.0.0.1" }, []],
  [
    "a map of nothing but that",
    {},
    { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } },
    [],
  ],
  [
    "a map in which somebody has set more",
    {},
    { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
    ["spec.updateStrategy"],
  ],
])("%s gives the paths %#", (_, wanted, live, paths) => {
  expect(differences(object(wanted), object(live))).toEqual(paths);
});

test("labels and annotations of others are no difference, ours are", () => {
  const wanted = object({}, { labels: { a: "1" }, annotations: { b: "1" } });
  const live = object({}, { labels: { a: "1", x: "1" }, annotations: { b: "2", y: "1" } });
  expect(differences(wanted, live)).toEqual(["metadata.annotations[b]"]);
});
