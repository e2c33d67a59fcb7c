import { expect, test } from "vitest";
import { labelSelector, selects } from "../../../components/kubernetes/objects/label-selector";

const labels = { app: "gateway", tier: "front" };

test.each<[string, unknown, boolean]>([
  ["nothing", {}, true],
  ["equal labels", { matchLabels: { app: "gateway" } }, true],
  ["one label of two that differs", { matchLabels: { app: "gateway", tier: "back" } }, false],
  ["a label that is absent", { matchLabels: { zone: "" } }, false],
  ["In", { matchExpressions: [{ key: "app", operator: "In", values: ["gateway"] }] }, true],
  ["In, absent", { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }, false],
  ["NotIn", { matchExpressions: [{ key: "app", operator: "NotIn", values: ["gateway"] }] }, false],
  [
    "NotIn, absent",
    { matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] },
    true,
  ],
  ["Exists", { matchExpressions: [{ key: "app", operator: "Exists" }] }, true],
  ["DoesNotExist", { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }, false],
])("a selector of %s is read as the API server reads it (S-53)", (_, selector, matches) => {
  expect(selects(labelSelector.parse(selector), labels)).toBe(matches);
});
