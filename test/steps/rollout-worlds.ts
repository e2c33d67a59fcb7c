import type { V1Container, V1ContainerStatus, V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { Json } from "../../components/kubernetes/api/json";
import { instanceOf } from "../../components/kubernetes/platform/instances";
import type { DeploymentView } from "../../components/kubernetes/watch/rollout-view";

const revision = "deployment.kubernetes.io/revision";

type Part<T> = { readonly [Key in keyof T]?: unknown };

/** A Deployment `gateway` of two replicas at revision 2, fully rolled out where nothing else is said. */
export const deployment = (
  status: Part<NonNullable<V1Deployment["status"]>> = {},
  spec: Part<NonNullable<V1Deployment["spec"]>> = {},
): Json<V1Deployment> =>
  ({
    metadata: { name: "gateway", uid: "d", generation: 3, annotations: { [revision]: "2" } },
    spec: { replicas: 2, ...spec },
    status: {
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      ...status,
    },
  }) as unknown as Json<V1Deployment>;

/** A container with the probes of the chart. */
export const container = {
  name: "gateway",
  image: "ghcr.io/mnemom/gateway:1.1.0",
  startupProbe: { initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 30 },
  readinessProbe: { initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 },
  resources: { limits: { memory: "512Mi" } },
} as unknown as Json<V1Container>;

/** A pod of the newest ReplicaSet, healthy where nothing else is said. */
export const pod = (
  name: string,
  state: Part<V1ContainerStatus> = {},
  more: { readonly owner?: string; readonly ready?: boolean; readonly ending?: boolean } = {},
  status: Part<NonNullable<V1Pod["status"]>> = {},
): Json<V1Pod> => {
  const ready = more.ready ?? true;
  return {
    metadata: {
      name,
      ownerReferences: [{ uid: more.owner ?? "new" }],
      ...(more.ending === true ? { deletionTimestamp: "2026-11-22T09:00:00Z" } : {}),
    },
    spec: { containers: [container], restartPolicy: "Always" },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        {
          name: "gateway",
          image: "ghcr.io/mnemom/gateway:1.1.0",
          ready,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: "2026-11-22T09:00:00Z" } },
          ...state,
        },
      ],
      ...status,
    },
  } as unknown as Json<V1Pod>;
};

/** The same as a step knows it. */
export const instance = (...given: Parameters<typeof pod>) => instanceOf(pod(...given));

/** One look: the Deployment, its ReplicaSets `old` and `new`, and the given pods. */
export const view = (
  pods: readonly Json<V1Pod>[],
  of: Json<V1Deployment> = deployment(),
): DeploymentView =>
  ({
    deployment: of,
    replicaSets: ["old", "new"].map((uid, index) => ({
      metadata: {
        uid,
        annotations: { [revision]: String(index + 1) },
        ownerReferences: [{ uid: "d" }],
      },
    })),
    pods,
  }) as unknown as DeploymentView;
