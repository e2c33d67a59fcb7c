import { expect, test } from "vitest";
import { bamfNames } from "../../components/bamf/names";
import { limitsByName, rollsOf } from "../../components/bamf/rolls";
import type { Workload } from "../../components/kubernetes/edits/workload";

const names = bamfNames("bamf", {});
const workload = (
  kind: Workload["kind"],
  name: string,
  replicas?: number,
  grace?: number,
): Workload => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    template: {
      spec: {
        containers: [],
        ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
      },
    },
  },
});
const scaler = (kind: string, name: string, maxReplicas: number) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name },
  spec: { scaleTargetRef: { kind, name }, maxReplicas },
});

test("a roll may take each pod's grace and its successor's start, for as many pods as the autoscaler allows (T-23, B-17)", () => {
  const rolls = rollsOf(
    names,
    [
      workload("Deployment", "bamf-api", undefined, 120),
      workload("StatefulSet", "bamf-bridge", 2, 1815),
      workload("Deployment", "bamf-proxy", 2),
    ],
    [scaler("Deployment", "bamf-api", 10), scaler("Deployment", "bamf-bridge", 20)],
  );
  expect(rolls).toEqual({
    api: { replicas: 10, graceSeconds: 120 },
    bridge: { replicas: 2, graceSeconds: 1815 },
    proxy: { replicas: 2, graceSeconds: 30 },
  });
  expect(limitsByName(names, rolls)).toEqual({
    "bamf-api": 10 * 210,
    "bamf-proxy": 2 * 120,
  });
});
