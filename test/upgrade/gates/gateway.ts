import type { KubernetesObject } from "../../../components/kubernetes/objects/object";

const labels = { "app.kubernetes.io/component": "gateway" };

/** A Deployment `gateway` that rolls without a gap; `spec` and `pod` change what they name. */
export const deployment = (
  spec: Readonly<Record<string, unknown>> = {},
  pod: Readonly<Record<string, unknown>> = {},
): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway" },
  spec: {
    replicas: 2,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 40,
        containers: [container({ exec: { command: ["sleep", "10"] } })],
        ...pod,
      },
    },
    ...spec,
  },
});

/** A container that takes traffic, with that preStop hook. */
export const container = (preStop?: unknown) => ({
  name: "gateway",
  image: "ghcr.io/mnemom/gateway:1.1.0",
  ports: [{ containerPort: 8787 }],
  ...(preStop === undefined ? {} : { lifecycle: { preStop } }),
});

/** A disruption budget over the pods of {@link deployment}. */
export const budget = (
  spec: Readonly<Record<string, unknown>> = { minAvailable: 1 },
  name = "gateway",
): KubernetesObject => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name },
  spec: { selector: { matchLabels: labels }, ...spec },
});

/** An autoscaler of {@link deployment}. */
export const autoscaler = (spec: Readonly<Record<string, unknown>> = {}): KubernetesObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "gateway" },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
    minReplicas: 2,
    maxReplicas: 6,
    ...spec,
  },
});

/** The same as a StatefulSet, whose pods are held at so many. */
export const statefulSet = (
  partition?: number,
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject => ({
  ...deployment({
    strategy: undefined,
    ...(partition === undefined ? {} : { updateStrategy: { rollingUpdate: { partition } } }),
    ...spec,
  }),
  kind: "StatefulSet",
});
