import { expect, test } from "vitest";
import {
  autoscaler,
  disruptionBudget,
} from "../../../components/kubernetes/objects/availability-objects";

const args = {
  workload: "gateway",
  namespace: "smoltbot",
  labels: { app: "gateway" },
  selector: { component: "gateway" },
  minAvailable: 1,
};

test("a workload has a budget of its own name that keeps one of its pods (S-53)", () => {
  expect(disruptionBudget(args)).toMatchObject({
    kind: "PodDisruptionBudget",
    metadata: { name: "gateway", namespace: "smoltbot" },
    spec: { minAvailable: 1, selector: { matchLabels: { component: "gateway" } } },
  });
});

test("a fixed number of pods has no autoscaler", () => {
  expect(autoscaler(args)).toBeUndefined();
});

test("an autoscaler keeps to its bounds and scales the workload by CPU (S-52, T-34)", () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 6, targetCpu: 70 };
  expect(autoscaler({ ...args, autoscaling })).toMatchObject({
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "gateway" },
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "gateway" },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [{ resource: { name: "cpu", target: { averageUtilization: 70 } } }],
    },
  });
});
