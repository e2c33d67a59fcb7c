import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { adoptedObjects } from "../../../components/kubernetes/gates/adopted-objects";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "prod/smoltbot";
const settings = (data: object = { LOG_LEVEL: "info" }): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "gateway" },
  data,
});
const deployment = (spec: object = {}, container: object = {}): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "gateway" } },
    template: { spec: { containers: [{ name: "gateway", image: "gateway:1.0.0", ...container }] } },
    ...spec,
  },
});
const objects = [settings(), deployment()];
const say = (
  live: readonly KubernetesObject[],
  leftOver: readonly string[] = [],
  wanted = objects,
) =>
  spoken(
    adoptedObjects({
      adoption: observed({ objects: live, leftOver, secret: undefined }),
      objects: wanted,
      at,
    }),
  );

test("an install that is what the stack file says passes, whatever the Secret holds", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "gateway" } };
  expect(say(objects, [], [...objects, secret])).toEqual([
    `pass ${at}: 2 objects to be taken over as they are`,
  ]);
});

test("what is changed in place is told by its path, without its value", () => {
  expect(say([settings({ LOG_LEVEL: "debug" }), deployment()])).toEqual([
    "warn ConfigMap/gateway: differs in data.LOG_LEVEL, which is changed in place",
  ]);
});

test("pods that differ are told: they run on until the next upgrade", () => {
  expect(
    say([settings(), deployment({}, { lifecycle: { preStop: { sleep: { seconds: 5 } } } })]),
  ).toEqual([
    "warn Deployment/gateway: pods that differ in spec.template.spec.containers[gateway].lifecycle",
  ]);
});

test.each([
  ["spec.replicas", deployment({ replicas: 3 })],
  ["spec.selector.matchLabels.app", deployment({ selector: { matchLabels: { app: "other" } } })],
  ["spec.template.spec.containers[gateway].image", deployment({}, { image: "other:1.0.0" })],
])("an install that differs in %s is refused", (path, live) => {
  expect(say([settings(), live])).toEqual([
    `block Deployment/gateway: ${path} is not what the stack file and the chart come to`,
  ]);
});

test("a Deployment that is not there is refused, and other objects are made new", () => {
  expect(say([])).toEqual([
    "block Deployment/gateway: no such Deployment",
    `warn ${at}: not in the install, and made new: ConfigMap/gateway`,
  ]);
});

test("an autoscaler that would be left to nobody is refused, anything else is told", () => {
  expect(say(objects, ["HorizontalPodAutoscaler/gateway", "Ingress/gateway"])).toEqual([
    "block HorizontalPodAutoscaler/gateway: an autoscaler of the install that the stack file does not have",
    `warn ${at}: in the install and not taken over: Ingress/gateway`,
  ]);
});

test("objects that could not be seen are unknown, with the reason", () => {
  expect(spoken(adoptedObjects({ adoption: unavailable("forbidden"), objects, at }))).toEqual([
    `unknown ${at}: no look at the live objects: forbidden`,
  ]);
});

const statefulSet = (spec: object = {}): KubernetesObject => ({
  ...deployment(spec),
  kind: "StatefulSet",
});
const held = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };

test("a StatefulSet is taken over with its pods held, which restarts none of them", () => {
  const filledIn = {
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    podManagementPolicy: "OrderedReady",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  };
  expect(say([statefulSet(filledIn)], [], [statefulSet(held)])).toEqual([
    "warn StatefulSet/gateway: differs in spec.updateStrategy.rollingUpdate.partition, which is changed in place",
  ]);
});

test.each([
  ["of another headless Service", { serviceName: "other" }, "spec.serviceName"],
  ["of other replicas", { replicas: 5 }, "spec.replicas"],
])("a StatefulSet %s is refused: it cannot be taken over as it is", (_, spec, path) => {
  const wanted = statefulSet({ serviceName: "gateway" });
  const live = statefulSet({ serviceName: "gateway", ...spec });
  expect(say([live], [], [wanted])).toEqual([
    `block StatefulSet/gateway: ${path} is not what the stack file and the chart come to`,
  ]);
});

test("a StatefulSet that the install has not is refused", () => {
  expect(say([], [], [statefulSet()])).toEqual(["block StatefulSet/gateway: no such StatefulSet"]);
});

const autoscaler = (spec: object = {}, target = "Deployment"): KubernetesObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "gateway" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: target, name: "gateway" },
    minReplicas: 2,
    maxReplicas: 10,
    ...spec,
  },
});

describe("under an autoscaler", () => {
  const left = deployment({ replicas: undefined });

  test.each([
    ["a Deployment", left, deployment({ replicas: 7 }), autoscaler()],
    [
      "a StatefulSet whose chart says no number",
      { ...left, kind: "StatefulSet" },
      statefulSet({ replicas: 7 }),
      autoscaler({}, "StatefulSet"),
    ],
  ])("%s is taken over with as many pods as it has chosen (T-34)", (_, wanted, live, scaler) => {
    expect(say([live, scaler], [], [wanted, scaler])).toEqual([
      `pass ${at}: 2 objects to be taken over as they are`,
    ]);
  });

  const differs = `block Deployment/gateway: spec.replicas is not what the stack file and the chart come to`;

  test("a number that is declared beside it is refused where it is another one (T-34)", () => {
    const live = [deployment({ replicas: 7 }), autoscaler()];
    expect(say(live, [], [deployment({ replicas: 3 }), autoscaler()])).toEqual([differs]);
  });

  test("that the install does not have, pods would come or go, which is refused", () => {
    expect(say([deployment()], [], [left, autoscaler()])).toEqual([
      `warn ${at}: not in the install, and made new: HorizontalPodAutoscaler/gateway`,
      differs,
    ]);
  });

  test.each(["minReplicas", "maxReplicas"])("of another %s, pods would come or go", (limit) => {
    const wanted = autoscaler({ [limit]: 5 });
    expect(say([deployment(), autoscaler()], [], [deployment(), wanted])).toEqual([
      `block HorizontalPodAutoscaler/gateway: spec.${limit} is not what the stack file and the chart come to`,
    ]);
  });

  test("of another target for its metric it is changed in place", () => {
    const wanted = autoscaler({ metrics: [{ type: "Resource" }] });
    expect(say([deployment(), autoscaler()], [], [deployment(), wanted])).toEqual([
      "warn HorizontalPodAutoscaler/gateway: differs in spec.metrics, which is changed in place",
    ]);
  });
});

test("another selector of something that has no pods of its own is changed in place", () => {
  const service = (selector: object): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "gateway" },
    spec: { selector },
  });
  expect(say([service({ app: "other" })], [], [service({ app: "gateway" })])).toEqual([
    "warn Service/gateway: differs in spec.selector.app, which is changed in place",
  ]);
});
