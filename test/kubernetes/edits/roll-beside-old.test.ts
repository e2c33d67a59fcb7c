import { expect, test } from "vitest";
import { rollBesideOld } from "../../../components/kubernetes/edits/roll-beside-old";
import type { Workload } from "../../../components/kubernetes/edits/workload";

const deployment: Workload = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "agent" },
  spec: {
    replicas: 2,
    minReadySeconds: 3,
    progressDeadlineSeconds: 60,
    template: { spec: { containers: [{ name: "agent", image: "agent:1" }] } },
  },
};

test("new pods of a Deployment come up beside all old ones, and the fields that hold those are left to the step of the rollout", () => {
  const { template, ...spec } = rollBesideOld(deployment).spec;
  expect(spec).toEqual({
    replicas: 2,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } },
  });
  expect(template).toEqual(deployment.spec.template);
});
