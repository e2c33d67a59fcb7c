import { expect, test } from "vitest";
import { autoscalers } from "../../../components/bamf/gates/autoscalers";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { live } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod, namespace bamf";
const place = "HorizontalPodAutoscaler/bamf-bridge";
const metric = "bamf_bridge_active_tunnels";
const cpu = { type: "Resource", resource: { name: "cpu" } };
const tunnels = { type: "Pods", pods: { metric: { name: metric }, target: {} } };
const scaler = (minReplicas: number, ...metrics: readonly object[]): KubernetesObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "bamf-bridge" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: "bamf-bridge" },
    minReplicas,
    maxReplicas: 20,
    metrics,
  },
});
const bridges = (spec: object): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "bamf-bridge" },
  spec,
});
const said = (status: string, reason: string) =>
  live({
    content: {
      ...scaler(2, tunnels),
      status: { conditions: [{ type: "ScalingActive", status, reason }] },
    },
  });
const say = (
  objects: readonly KubernetesObject[],
  lives: readonly ReturnType<typeof live>[] = [],
) => spoken(autoscalers({ objects, live: observed(lives), at }));

test("no autoscaler passes, and so does one that can work (T-34)", () => {
  expect(say([bridges({ replicas: 2 })])).toEqual([`pass ${at}: no autoscaler`]);
  expect(say([scaler(2, cpu)])).toEqual([`pass ${at}: autoscalers that can work: bamf-bridge`]);
  expect(say([scaler(2, cpu, tunnels)], [said("True", "ValidMetricFound")])).toEqual([
    `pass ${at}: autoscalers that can work: bamf-bridge`,
  ]);
});

test("fewer than two pods block (T-34)", () => {
  expect(say([scaler(1, cpu)])).toEqual([`block ${place}: minReplicas 1`]);
});

test("a number of pods declared beside an autoscaler is told (T-34)", () => {
  expect(say([scaler(2, cpu), bridges({ replicas: 3 })])).toEqual([
    `warn StatefulSet/bamf-bridge: replicas 3 next to ${place}`,
  ]);
});

test("a metric that the cluster does not serve is told: it would never scale down (T-34)", () => {
  expect(say([scaler(2, tunnels)], [said("False", "FailedGetPodsMetric")])).toEqual([
    `warn ${place}: no scaling now (FailedGetPodsMetric): it reads ${metric}`,
  ]);
});

test("of an autoscaler that does not live yet the metric is told (T-34)", () => {
  expect(say([scaler(2, tunnels)])).toEqual([
    `warn ${place}: ${metric}, a metric of which this autoscaler has not said yet whether the cluster serves it`,
  ]);
});

test("a cluster that cannot be seen is unknown", () => {
  const findings = autoscalers({ objects: [scaler(2)], live: unavailable("forbidden"), at });
  expect(spoken(findings)).toEqual([`unknown ${at}: no look at the autoscalers: forbidden`]);
});
