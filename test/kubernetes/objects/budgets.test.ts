import { expect, test } from "vitest";
import { guardedBeside } from "../../../components/kubernetes/objects/budgets";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { budget, deployment } from "../../upgrade/gates/gateway";

const named = (kind: string, name: string): KubernetesObject => ({
  ...deployment({
    template: { metadata: { labels: { of: name } }, spec: { containers: [] } },
  }),
  kind,
  metadata: { name },
});
const over = (name: string) =>
  budget({ selector: { matchLabels: { of: name } } }, `${name}-budget`);

test("a workload with a budget over its pods is guarded beside the one that serves, whatever its kind (S-53)", () => {
  const objects = [
    named("Deployment", "api"),
    named("StatefulSet", "bridge"),
    named("Deployment", "web"),
    ...[over("api"), over("bridge")],
  ];
  expect(guardedBeside("api", objects)).toEqual([
    { workload: "bridge", labels: { of: "bridge" }, budget: "bridge-budget" },
  ]);
});

test("a workload that no budget selects is not: nobody has asked for one (S-53)", () => {
  expect(
    guardedBeside("gateway", [deployment(), budget(), named("Deployment", "observer")]),
  ).toEqual([]);
});
