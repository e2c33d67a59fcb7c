import { createHash } from "node:crypto";
import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  type KubernetesObject,
  type V1Pod,
} from "@kubernetes/client-node";
import pRetry from "p-retry";

import type { Lab } from "./lab";

/** A pod, as tests judge it. */
export interface PodSight {
  readonly name: string;
  readonly uid: string;
  readonly images: readonly string[];
  readonly phase: string;
  /** All containers are ready and the pod is not being deleted. */
  readonly ready: boolean;
  /** The pod is being deleted. */
  readonly leaving: boolean;
  readonly restarts: number;
  /** A container has ended with another code than 0, just now or before its last restart. */
  readonly crashed: boolean;
  /** ISO 8601; empty before the node took it up. */
  readonly startedAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An event of the cluster. */
export interface EventSight {
  /** `Kind/name` of the object it is about. */
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a test sees of one namespace; it never changes anything. */
export interface ClusterEyes {
  /**
   * Hash of an object without its status, by `Kind/name`: equal maps mean that nobody has changed one in between. A controller that notes how the pods are is nobody.
   */
  readonly versions: (kinds?: readonly Kind[]) => Promise<Readonly<Record<string, string>>>;
  /** The live object; undefined when it is not there. */
  readonly object: <T extends KubernetesObject>(kind: Kind, name: string) => Promise<T | undefined>;
  readonly pods: (labels?: Readonly<Record<string, string>>) => Promise<readonly PodSight[]>;
  readonly events: () => Promise<readonly EventSight[]>;
  /** Text that the containers of a pod have written so far. */
  readonly log: (pod: string) => Promise<string>;
}

/** Kinds that a release is made of, with their API versions. */
export const KINDS = {
  ConfigMap: "v1",
  Secret: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  PersistentVolumeClaim: "v1",
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  PodDisruptionBudget: "policy/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  Ingress: "networking.k8s.io/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
} as const;

/** One of {@link KINDS}. */
export type Kind = keyof typeof KINDS;

const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

const NOTED = ["status", "resourceVersion", "managedFields"];

const hashWithoutStatus = (object: KubernetesObject): string =>
  createHash("sha256")
    .update(
      JSON.stringify(object, (key, value: unknown) => (NOTED.includes(key) ? undefined : value)),
    )
    .digest("hex");

/** Looks at one namespace of the lab's cluster. */
export function clusterEyes(lab: Lab, namespace: string): ClusterEyes {
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  config.setCurrentContext(lab.context);
  const core = config.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const list = async (kind: Kind) =>
    (await objects.list(KINDS[kind], kind, namespace)).items.map((item) => ({ ...item, kind }));
  return {
    versions: async (kinds = ALL_KINDS) => {
      const found = (await Promise.all(kinds.map(list))).flat();
      const pairs = found.map((item) => [
        `${item.kind}/${item.metadata?.name ?? ""}`,
        hashWithoutStatus(item),
      ]);
      return Object.fromEntries(pairs) as Readonly<Record<string, string>>;
    },
    object: async <T extends KubernetesObject>(kind: Kind, name: string) =>
      objects
        .read({ apiVersion: KINDS[kind], kind, metadata: { name, namespace } })
        .then((found) => found as unknown as T, absent),
    pods: async (labels = {}) => {
      const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const found = await core.listNamespacedPod({ namespace, labelSelector: wanted.join(",") });
      return found.items.map(podSight);
    },
    events: async () =>
      (await core.listNamespacedEvent({ namespace })).items.map((event) => ({
        about: `${event.involvedObject.kind ?? ""}/${event.involvedObject.name ?? ""}`,
        reason: event.reason ?? "",
        message: event.message ?? "",
        at: new Date(event.lastTimestamp ?? event.eventTime ?? 0).toISOString(),
      })),
    log: (pod) => core.readNamespacedPodLog({ namespace, name: pod }),
  };
}

/**
 * Gives what `look` yields as soon as `enough` says yes.
 *
 * @param seconds - longest wait. @defaultValue 60
 * @throws Error with `what` and the last sight.
 */
export function seen<T>(
  what: string,
  look: () => Promise<T>,
  enough: (sight: T) => boolean,
  seconds = 60,
): Promise<T> {
  const everyMs = 250;
  const attempt = async () => {
    const sight = await look();
    if (enough(sight)) return sight;
    throw new Error(`${what}: not within ${seconds} s; last seen: ${JSON.stringify(sight)}`);
  };
  return pRetry(attempt, {
    retries: Math.ceil((seconds * 1_000) / everyMs),
    factor: 1,
    minTimeout: everyMs,
    maxRetryTime: seconds * 1_000,
  });
}

function podSight({ metadata, spec, status }: V1Pod): PodSight {
  const containers = status?.containerStatuses ?? [];
  const started = status?.startTime;
  return {
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    images: (spec?.containers ?? []).map(({ image }) => image ?? ""),
    phase: status?.phase ?? "",
    ready:
      metadata?.deletionTimestamp === undefined &&
      containers.length > 0 &&
      containers.every(({ ready }) => ready),
    leaving: metadata?.deletionTimestamp !== undefined,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    crashed: containers.some(({ state, lastState }) =>
      [state, lastState].some((one) => (one?.terminated?.exitCode ?? 0) !== 0),
    ),
    startedAt: started === undefined ? "" : new Date(started).toISOString(),
    labels: metadata?.labels ?? {},
  };
}

function absent(error: unknown): undefined {
  if ((error as { readonly code?: number }).code === 404) return undefined;
  throw error;
}
