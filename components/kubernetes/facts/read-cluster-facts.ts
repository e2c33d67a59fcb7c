import type {
  V1ConfigMap,
  V1Job,
  V1NetworkPolicy,
  V1Node,
  V1ObjectMeta,
  V1Pod,
  V1PodDisruptionBudget,
} from "@kubernetes/client-node";
import type {
  BudgetFacts,
  ClusterFacts,
  JobFacts,
  LiveObject,
  NodeFacts,
  PodFacts,
  Resources,
} from "./cluster-facts";
import {
  METADATA_LIST,
  readRecords,
  recordsPath,
  type MetadataList,
  type RecordMetadata,
} from "../helm/helm-records";
import { observe } from "../../upgrade/observation";
import type { FieldSet } from "../objects/owned-fields";
import { readAdmissionFacts } from "./read-admission";
import { readWorkloadFacts } from "./read-workload-facts";
import type { ClusterClient } from "../api/client";
import { manifestDigest } from "../../upgrade/running-image";
import { jobState } from "../objects/job-state";
import { findPaths, objectKey, type ObjectName } from "../api/paths";
import { labelSelector, type LabelSelector } from "../objects/label-selector";
import { podRequests } from "../objects/pod-requests";
import { parseCpu, parseMemory } from "../objects/quantity";
import type { Json, JsonList } from "../api/json";
import { isReady } from "../objects/ready";

/** What to look at. */
export interface ClusterQuestion {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** Value of the label app.kubernetes.io/instance. */
  readonly instance: string;
  /** Objects that this program would apply; all else is looked at before they are known. */
  readonly objects: readonly ObjectName[] | Promise<readonly ObjectName[]>;
  /** Name of the ConfigMap in which this program keeps what it has to know about the chart before. */
  readonly record: string;
}

interface Meta {
  readonly metadata?: Json<V1ObjectMeta>;
}

/**
 * One look at the cluster, all calls side by side. A missing namespace is an answer, not an error. Of a Secret
 * only the metadata is fetched, so its content never travels.
 *
 * @throws ClusterError where one of the calls is refused, but for quotas and limit ranges: half a look would mislead the gates.
 */
export async function readClusterFacts(question: ClusterQuestion): Promise<ClusterFacts> {
  const { client, namespace } = question;
  const ofRelease = `labelSelector=${encodeURIComponent(`app.kubernetes.io/instance=${question.instance}`)}`;
  const inside = (group: string, plural: string) =>
    `${group}/namespaces/${namespace}/${plural}?${ofRelease}`;
  const running = "fieldSelector=status.phase!=Succeeded,status.phase!=Failed";
  const [
    version,
    home,
    nodes,
    everyPod,
    workloads,
    pods,
    jobs,
    budgets,
    policies,
    live,
    record,
    helmRecords,
    admission,
  ] = await Promise.all([
    client.get<{ readonly gitVersion: string }>("/version"),
    client.find<Meta>(`/api/v1/namespaces/${namespace}`),
    client.get<JsonList<V1Node>>("/api/v1/nodes?resourceVersion=0"),
    client.get<JsonList<V1Pod>>(`/api/v1/pods?${running}`),
    readWorkloadFacts(client, namespace, ofRelease, Promise.resolve(question.objects)),
    client.get<JsonList<V1Pod>>(inside("/api/v1", "pods")),
    client.get<JsonList<V1Job>>(inside("/apis/batch/v1", "jobs")),
    client.get<JsonList<V1PodDisruptionBudget>>(
      `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
    ),
    client.get<JsonList<V1NetworkPolicy>>(
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
    ),
    readLive(question),
    client.find<Json<V1ConfigMap>>(`/api/v1/namespaces/${namespace}/configmaps/${question.record}`),
    client.get<MetadataList<RecordMetadata>>(
      recordsPath({ namespace, release: question.instance }),
      { accept: METADATA_LIST },
    ),
    observe(() => readAdmissionFacts(client, namespace)),
  ]);
  return {
    version: /\d+\.\d+\.\d+/.exec(version.gitVersion)?.[0] ?? version.gitVersion,
    namespaceExists: home !== undefined,
    nodes: nodes.items.map((node) => nodeFacts(node, everyPod.items)),
    workloads,
    pods: pods.items.map(podFacts),
    jobs: jobs.items.map(jobFacts),
    budgets: budgets.items.map(budgetFacts),
    policies: policies.items.map(({ metadata, spec }) => ({
      metadata: { name: metadata?.name ?? "" },
      spec,
    })),
    admission,
    live,
    record: record?.data,
    helmRecords: readRecords(helmRecords),
  };
}

const METADATA_ALONE = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

async function readLive(question: ClusterQuestion): Promise<readonly LiveObject[]> {
  const paths = await findPaths(question.client, await question.objects, question.namespace);
  const found = await Promise.all(
    paths.map(async ({ object, path }) => {
      const call = object.kind === "Secret" ? { accept: METADATA_ALONE } : undefined;
      const live = await question.client.find<Meta>(path, call);
      return live === undefined ? [] : [liveObject(object, question.namespace, live)];
    }),
  );
  return found.flat();
}

const liveObject = (object: ObjectName, namespace: string, live: Meta): LiveObject => ({
  key: objectKey(object, namespace),
  content: object.kind === "Secret" ? undefined : live,
  owners: (live.metadata?.managedFields ?? []).map(({ manager, subresource, fieldsV1 }) => ({
    manager: manager ?? "",
    subresource: subresource ?? "",
    fields: (fieldsV1 ?? {}) as FieldSet,
  })),
  helmRelease: live.metadata?.annotations?.["meta.helm.sh/release-name"] ?? "",
  managers: [
    ...new Set(
      (live.metadata?.managedFields ?? []).flatMap(({ manager }) =>
        manager === undefined ? [] : [manager],
      ),
    ),
  ],
});

function nodeFacts(node: Json<V1Node>, pods: readonly Json<V1Pod>[]): NodeFacts {
  const name = node.metadata?.name ?? "";
  // Of an image whose name another one has taken over a kubelet says `names: null`.
  const images = (node.status?.images ?? []).map(({ names }) => names ?? []);
  const allocatable = node.status?.allocatable ?? {};
  return {
    name,
    ready: isReady(node),
    schedulable: node.spec?.unschedulable !== true,
    images: images.flat(),
    digests: Object.fromEntries(
      images.flatMap((names) => {
        const digests = names.flatMap((name) => manifestDigest(name) ?? []);
        return digests.length === 0 ? [] : names.map((name) => [name, digests] as const);
      }),
    ),
    allocatable: {
      cpu: parseCpu(allocatable["cpu"] ?? "0"),
      memory: parseMemory(allocatable["memory"] ?? "0"),
    },
    requested: pods
      .filter((pod) => pod.spec?.nodeName === name)
      .map((pod) => podRequests(pod.spec))
      .reduce(plus, { cpu: 0, memory: 0 }),
  };
}

const plus = (one: Resources, other: Resources): Resources => ({
  cpu: one.cpu + other.cpu,
  memory: one.memory + other.memory,
});

/** A pod, as gates judge it. */
export const podFacts = ({ metadata, spec, status }: Json<V1Pod>): PodFacts => ({
  name: metadata?.name ?? "",
  labels: metadata?.labels ?? {},
  phase: status?.phase ?? "Unknown",
  ready: isReady({ status }),
  terminating: metadata?.deletionTimestamp !== undefined,
  containers: (spec?.containers ?? []).map(({ name, image }) => {
    const state = status?.containerStatuses?.find((entry) => entry.name === name);
    return {
      name,
      image: image ?? "",
      digest: /sha256:[0-9a-f]{64}/.exec(state?.imageID ?? "")?.[0] ?? "",
      manifest: manifestDigest(state?.imageID),
      restarts: state?.restartCount ?? 0,
    };
  }),
});

/** A Job of the namespace. */
export function jobFacts(job: Json<V1Job>): JobFacts {
  const { state, reason } = jobState(job);
  const { metadata, status } = job;
  const begunAt = status?.startTime;
  return {
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    state,
    reason,
    ...(begunAt === undefined ? {} : { begunAt: new Date(begunAt).toISOString() }),
  };
}

/** Selects no pod: a selector that is not there, or that cannot be read. */
const NOBODY: LabelSelector = {
  matchLabels: {},
  matchExpressions: [{ key: "", operator: "Exists", values: [] }],
};

const budgetFacts = ({ metadata, spec, status }: Json<V1PodDisruptionBudget>): BudgetFacts => ({
  name: metadata?.name ?? "",
  selector: labelSelector.safeParse(spec?.selector).data ?? NOBODY,
  allowed: status?.disruptionsAllowed ?? 0,
});
