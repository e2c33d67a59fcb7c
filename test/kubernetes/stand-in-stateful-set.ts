import type { Call, ClusterClient } from "../../components/kubernetes/api/client";
import { HELD_AT } from "../../components/kubernetes/edits/hold-ordinals";
import { clientOf } from "./client-of";

interface Pod {
  readonly ordinal: number;
  readonly revision: string;
  /** Counts the pods that were made: another number is another pod. */
  readonly born: number;
  /** Looks until it is ready; a broken one never is. */
  readyIn: number;
  /** Looks until it is gone; undefined if nobody has asked it to go. */
  goneIn: number | undefined;
  /** Whether it was ready at some time. */
  served: boolean;
}

interface Patch {
  readonly metadata?: { readonly managedFields?: readonly { readonly manager: string }[] };
  readonly spec?: {
    readonly updateStrategy?: { readonly rollingUpdate?: { readonly partition?: number } };
  };
}

/** Long enough ago for whatever has a limit of half a minute. */
const longAgo = () => new Date(Date.now() - 60_000).toISOString();
/** Before that. */
const before = () => new Date(Date.now() - 120_000).toISOString();

/**
 * A StatefulSet `bridge` of ready pods, as an API server and its controller would keep it. The controller syncs once before each look at the
 * StatefulSet.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/statefulset/stateful_set_control.go` (OrderedReady).
 */
export function standInStatefulSet(replicas = 3, held: number | null = replicas) {
  const world = {
    revision: "one",
    partition: held ?? 0,
    type: "RollingUpdate",
    managers: ["pulumi-kubernetes-1"],
    /** Revisions whose pods never get ready. */
    broken: new Set<string>(),
    /** What a pod of a broken revision says. */
    crashes: true,
    current: "one",
    pods: new Map<number, Pod>(),
    calls: [] as string[],
    /** The release changes, as applied: the partition is back at its place. */
    apply: (revision: string) => {
      world.revision = revision;
      setPartition(held ?? 0);
      generation += 1;
    },
    /** Which pod is at each ordinal, and of which revision: `2 two #4`. */
    shown: () =>
      [...world.pods.values()].map((pod) => `${pod.ordinal} ${pod.revision} #${pod.born}`),
    client: {} as ClusterClient,
  };
  let generation = 1;
  let observed = 0;
  let born = 0;
  const setPartition = (partition: number) => (world.partition = partition);
  const make = (ordinal: number, revision: string, readyIn = 2) =>
    world.pods.set(ordinal, {
      ...{ ordinal, revision, born: (born += 1), goneIn: undefined },
      readyIn: world.broken.has(revision) ? Infinity : readyIn,
      served: readyIn === 0,
    });
  for (let ordinal = 0; ordinal < replicas; ordinal += 1) make(ordinal, "one", 0);

  const isReady = (pod: Pod) => pod.readyIn <= 0 && pod.goneIn === undefined;
  const live = () => {
    for (const pod of world.pods.values()) {
      pod.readyIn -= 1;
      if (pod.readyIn <= 0) pod.served = true;
      if (pod.goneIn !== undefined && (pod.goneIn -= 1) < 0) world.pods.delete(pod.ordinal);
    }
  };
  const sync = () => {
    observed = generation;
    const all = Array.from({ length: replicas }, (_, ordinal) => world.pods.get(ordinal));
    if (all.every((pod) => pod?.revision === world.revision && isReady(pod)))
      world.current = world.revision;
    for (const [ordinal, pod] of all.entries()) {
      if (pod === undefined) {
        make(ordinal, ordinal < world.partition ? world.current : world.revision);
        return;
      }
      if (!isReady(pod)) return;
    }
    const old = all.findLast(
      (pod) =>
        pod !== undefined && pod.ordinal >= world.partition && pod.revision !== world.revision,
    );
    if (old !== undefined && world.type === "RollingUpdate") old.goneIn = 1;
  };
  const count = (is: (pod: Pod) => boolean) => [...world.pods.values()].filter(is).length;
  const shownSet = () => ({
    kind: "StatefulSet",
    metadata: {
      name: "bridge",
      uid: "s",
      generation,
      annotations: held === null ? {} : { [HELD_AT]: String(held) },
      managedFields: world.managers.map((manager) => ({ manager })),
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "bridge" } },
      updateStrategy: { type: world.type, rollingUpdate: { partition: world.partition } },
      template: { spec: { containers: [{ name: "bridge", image: `bridge:${world.revision}` }] } },
    },
    status: {
      observedGeneration: observed,
      currentRevision: world.current,
      updateRevision: observed === generation ? world.revision : world.current,
      replicas: world.pods.size,
      updatedReplicas: count(({ revision }) => revision === world.revision),
      readyReplicas: count(isReady),
      availableReplicas: count(isReady),
    },
  });
  const ask = (path: string, { method = "GET", body }: Call = {}): unknown => {
    const [place = ""] = path.split("?");
    if (method !== "GET") world.calls.push(`${method} ${place.split("/").slice(-2).join("/")}`);
    if (place.endsWith("/statefulsets/bridge") && method === "PATCH") {
      patch(
        world,
        body as Patch,
        new URLSearchParams(path.split("?")[1]).get("fieldManager") ?? "",
      );
      if ((body as Patch).spec !== undefined) generation += 1;
      return shownSet();
    }
    if (place.endsWith("/statefulsets/bridge")) {
      const seen = shownSet();
      live();
      sync();
      return seen;
    }
    if (place.endsWith("/pods")) return { items: [...world.pods.values()].map(shownPod(world)) };
    if (place.endsWith("/events")) return { items: [] };
    const pod = world.pods.get(Number(/bridge-(\d+)$/.exec(place)?.[1]));
    if (pod === undefined || method !== "DELETE") return undefined;
    pod.goneIn ??= 1;
    return {};
  };
  world.client = clientOf(ask);
  return world;
}

function patch(
  world: { partition: number; managers: string[] },
  { metadata, spec }: Patch,
  manager: string,
): void {
  const partition = spec?.updateStrategy?.rollingUpdate?.partition;
  if (partition !== undefined) world.partition = partition;
  world.managers = metadata?.managedFields?.map((entry) => entry.manager) ?? [
    ...new Set([...world.managers, manager]),
  ];
}

const shownPod =
  ({ broken, crashes }: { readonly broken: ReadonlySet<string>; readonly crashes: boolean }) =>
  (pod: Pod) => {
    const isReady = pod.readyIn <= 0 && pod.goneIn === undefined;
    const crashing = broken.has(pod.revision) && crashes;
    return {
      metadata: {
        name: `bridge-${pod.ordinal}`,
        creationTimestamp: longAgo(),
        labels: { "controller-revision-hash": pod.revision },
        ownerReferences: [{ uid: "s" }],
        ...(pod.goneIn === undefined ? {} : { deletionTimestamp: longAgo() }),
      },
      spec: { containers: [{ name: "bridge" }] },
      status: {
        phase: "Running",
        startTime: pod.served ? before() : longAgo(),
        conditions: [
          { type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: longAgo() },
        ],
        containerStatuses: [
          {
            name: "bridge",
            ready: isReady,
            started: true,
            restartCount: crashing ? 3 : 0,
            state: crashing ? { waiting: {} } : { running: {} },
            ...(crashing ? { lastState: { terminated: { exitCode: 1 } } } : {}),
          },
        ],
      },
    };
  };
