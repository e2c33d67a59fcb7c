import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { replicas } from "../../../components/kubernetes/gates/replicas";
import { spoken } from "../../upgrade/gates/findings";
import { autoscaler, deployment } from "../../upgrade/gates/gateway";

const at = "Deployment/gateway";
const left = { replicas: undefined };

test.each<[string, readonly KubernetesObject[], readonly string[]]>([
  ["two replicas pass", [deployment()], [`pass ${at}: replicas 2`]],
  ["one replica is refused", [deployment({ replicas: 1 })], [`block ${at}: replicas 1`]],
  ["no number means one, and is refused", [deployment(left)], [`block ${at}: replicas 1`]],
  [
    "an autoscaler from two on passes",
    [deployment(left), autoscaler()],
    [`pass ${at}: 2 to 6 replicas by HorizontalPodAutoscaler/gateway`],
  ],
  [
    "an autoscaler without a minimum goes down to one, and is refused",
    [deployment(left), autoscaler({ minReplicas: undefined })],
    [`block ${at}: 1 to 6 replicas by HorizontalPodAutoscaler/gateway`],
  ],
  [
    "an autoscaler of something else does not count",
    [deployment(), autoscaler({ scaleTargetRef: { kind: "Deployment", name: "other" } })],
    [`pass ${at}: replicas 2`],
  ],
  [
    "a number next to an autoscaler warns (T-34)",
    [deployment(), autoscaler()],
    [
      `pass ${at}: 2 to 6 replicas by HorizontalPodAutoscaler/gateway`,
      `warn ${at}: replicas 2 next to HorizontalPodAutoscaler/gateway`,
    ],
  ],
  [
    "a Deployment that is not there is refused",
    [autoscaler()],
    [`block ${at}: no such Deployment among the rendered objects`],
  ],
])("S-52: %s", (_, objects, said) => {
  expect(spoken(replicas({ objects, workload: "gateway" }))).toEqual(said);
});

test("B-21: a StatefulSet of one pod is refused, with the values as the place to raise it", () => {
  const objects = [{ ...deployment({ replicas: 1 }), kind: "StatefulSet" }];
  const declaredAt = "gateways:bamf.values";
  const [finding] = replicas({ objects, workload: "gateway", declaredAt });
  expect(spoken(finding === undefined ? [] : [finding])).toEqual([
    "block StatefulSet/gateway: replicas 1",
  ]);
  expect(finding?.fix).toBe(
    "raise its replicas, or the minReplicas of its autoscaler, to 2 or more in gateways:bamf.values",
  );
});
