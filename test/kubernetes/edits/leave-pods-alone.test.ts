import { expect, test } from "vitest";
import { leavePodsAlone } from "../../../components/kubernetes/edits/leave-pods-alone";

test("a workload without its pods keeps all else", () => {
  const workload = {
    apiVersion: "apps/v1",
    kind: "Deployment" as const,
    metadata: { name: "gateway" },
    spec: { replicas: 2, template: { spec: { containers: [] } } },
  };
  expect(leavePodsAlone(workload)).toEqual({ ...workload, spec: { replicas: 2 } });
});
