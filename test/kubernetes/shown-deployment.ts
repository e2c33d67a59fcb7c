import { HASH, LEAVING } from "../../components/kubernetes/watch/beside-turns";

/** A pod of the stand-in. */
export interface Pod {
  readonly name: string;
  readonly release: string;
  readonly born: number;
  readonly labels: Record<string, string>;
  /** Its hash as the controller of its ReplicaSet sees it, which is two ticks late, and one tick late. */
  seen: readonly [string, string];
  /** Uid of its ReplicaSet; undefined if none has it. */
  owner: string | undefined;
  owners: readonly object[];
  /** Ticks until it is ready; since when it has been, if below 0. */
  readyIn: number;
  /** Ticks until it is gone; undefined if nobody has asked it to go. */
  goneIn: number | undefined;
  running: boolean;
  /** True once it has been ready. */
  served: boolean;
}

/** What can be seen of a ReplicaSet. */
interface Look {
  readonly generation: number;
  readonly barred: boolean;
}

/** A ReplicaSet of it. */
export interface ReplicaSet {
  readonly uid: string;
  readonly release: string;
  readonly born: number;
  revision: number;
  replicas: number;
  minReady: number;
  /** Whether its pods find no node. */
  barred: boolean;
  generation: number;
  /** What its controller has seen of it. */
  seen: Look;
  /** What is on its way to its controller. */
  readonly news: Look[];
}

const longAgo = () => new Date(Date.now() - 60_000).toISOString();

const REVISION = "deployment.kubernetes.io/revision";

/** The Deployment as the API server shows it. */
export const shownDeployment = (
  world: { wanted: number; minReady: number; managers: readonly string[]; release: string },
  { generation, observed, revision }: Readonly<Record<string, number>>,
) => ({
  kind: "Deployment",
  metadata: {
    ...{ name: "agent", uid: "d", generation, annotations: { [REVISION]: String(revision) } },
    managedFields: world.managers.map((manager) => ({ manager })),
  },
  spec: {
    replicas: world.wanted,
    minReadySeconds: world.minReady,
    selector: { matchLabels: { app: "agent" } },
    template: { spec: { containers: [{ name: "agent", image: `agent:${world.release}` }] } },
  },
  status: { observedGeneration: observed },
});

/** A ReplicaSet likewise. */
export const shownSet = (set: ReplicaSet) => ({
  metadata: {
    ...{ name: set.uid, uid: set.uid, labels: { [HASH]: set.release } },
    generation: set.generation,
    annotations: { [REVISION]: String(set.revision) },
    ownerReferences: [{ uid: "d", controller: true }],
  },
  spec: {
    replicas: set.replicas,
    template: { spec: set.barred ? { nodeSelector: { [LEAVING]: "none" } } : {} },
  },
  status: { observedGeneration: set.seen.generation },
});

/** A pod likewise. */
export const shownPod = (isReady: (pod: Pod) => boolean) => (pod: Pod) => ({
  metadata: {
    name: pod.name,
    creationTimestamp: longAgo(),
    labels: { ...pod.labels },
    ownerReferences: [
      ...(pod.owner === undefined ? [] : [{ uid: pod.owner, controller: true }]),
      ...pod.owners,
    ],
    ...(pod.goneIn === undefined ? {} : { deletionTimestamp: longAgo() }),
  },
  spec: { containers: [{ name: "agent" }] },
  status: {
    phase: "Running",
    startTime: longAgo(),
    conditions: [
      {
        ...{ type: "Ready", status: isReady(pod) ? "True" : "False" },
        lastTransitionTime: pod.served ? new Date().toISOString() : longAgo(),
      },
    ],
    containerStatuses: [
      {
        name: "agent",
        ...{ ready: isReady(pod), started: true, restartCount: pod.running ? 0 : 3 },
        state: pod.running ? { running: {} } : { waiting: {} },
        ...(pod.running ? {} : { lastState: { terminated: { exitCode: 1 } } }),
      },
    ],
  },
});
