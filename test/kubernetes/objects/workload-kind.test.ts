import { expect, test } from "vitest";
import {
  readStepName,
  stepName,
  workloadPath,
} from "../../../components/kubernetes/objects/workload-kind";

test.each([
  ["Deployment", "gateway"],
  ["StatefulSet", "StatefulSet/gateway"],
] as const)("a step calls a %s by a name from which it is found again", (kind, called) => {
  const workload = { kind, name: "gateway" };
  expect(stepName(workload)).toBe(called);
  expect(readStepName(called)).toEqual(workload);
});

test("each kind lives in its own folder", () => {
  expect(workloadPath("ns", readStepName("gateway"))).toBe(
    "/apis/apps/v1/namespaces/ns/deployments/gateway",
  );
  expect(workloadPath("ns", readStepName("StatefulSet/bridge"))).toBe(
    "/apis/apps/v1/namespaces/ns/statefulsets/bridge",
  );
});
