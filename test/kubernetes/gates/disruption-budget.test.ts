import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { disruptionBudget } from "../../../components/kubernetes/gates/disruption-budget";
import { spoken } from "../../upgrade/gates/findings";
import { autoscaler, budget, deployment } from "../../upgrade/gates/gateway";

const at = "PodDisruptionBudget/gateway";
const keeps = (pods: number, kept: number, goes: number) =>
  `${at}: of ${pods} pods at the least it keeps ${kept} and lets ${goes} go`;

test.each<[string, readonly KubernetesObject[], string]>([
  ["one of two kept passes", [budget()], `pass ${keeps(2, 1, 1)}`],
  ["none kept is refused", [budget({ minAvailable: 0 })], `block ${keeps(2, 0, 2)}`],
  ["neither field keeps none, and is refused", [budget({})], `block ${keeps(2, 0, 2)}`],
  [
    "all kept lets no drain end, and is refused",
    [budget({ minAvailable: 2 })],
    `block ${keeps(2, 2, 0)}`,
  ],
  [
    "a share is rounded up, so 51% of two keeps both, and is refused",
    [budget({ minAvailable: "51%" })],
    `block ${keeps(2, 2, 0)}`,
  ],
  ["one unavailable of two passes", [budget({ maxUnavailable: 1 })], `pass ${keeps(2, 1, 1)}`],
  [
    "a share of unavailable ones is rounded up too",
    [budget({ maxUnavailable: "10%" })],
    `pass ${keeps(2, 1, 1)}`,
  ],
  ["none unavailable is refused", [budget({ maxUnavailable: 0 })], `block ${keeps(2, 2, 0)}`],
  [
    "the autoscaler's minimum counts, not its maximum",
    [budget({ minAvailable: 2 }), autoscaler()],
    `block ${keeps(2, 2, 0)}`,
  ],
  [
    "no budget is refused",
    [],
    "block Deployment/gateway: no PodDisruptionBudget that selects its pods",
  ],
  [
    "a budget over other pods does not count",
    [budget({ minAvailable: 1, selector: { matchLabels: { app: "other" } } })],
    "block Deployment/gateway: no PodDisruptionBudget that selects its pods",
  ],
  [
    "two budgets over the same pods are refused: eviction would fail",
    [budget(), budget({ minAvailable: 1, selector: {} }, "all")],
    "block Deployment/gateway: 2 PodDisruptionBudgets that select its pods: all, gateway",
  ],
])("S-53: %s", (_, objects, said) => {
  const all = [deployment(), ...objects];
  expect(spoken(disruptionBudget({ objects: all, workload: "gateway" }))).toEqual([said]);
});

test("S-53: no budget is to be made, of two one is to go", () => {
  const fix = (...objects: readonly KubernetesObject[]) =>
    disruptionBudget({ objects: [deployment(), ...objects], workload: "gateway" })[0]?.fix;
  expect(fix()).toMatch(/^set availability.minAvailable/);
  expect(fix(budget(), budget({ minAvailable: 1 }, "other"))).toMatch(/^remove all but one/);
});

test("S-53: a StatefulSet is asked for a budget of its own, with the values as the place to set it", () => {
  const objects = [{ ...deployment(), kind: "StatefulSet" }];
  const declaredAt = "gateways:bamf.values";
  const [finding] = disruptionBudget({ objects, workload: "gateway", declaredAt });
  expect(finding).toMatchObject({
    at: "StatefulSet/gateway",
    fix: "set its minAvailable in gateways:bamf.values, and leave the budget's selector alone",
  });
});
