import type { Call, ClusterClient } from "../../components/kubernetes/api/client";
import { HASH, LEAVING } from "../../components/kubernetes/watch/beside-turns";
import { shownDeployment, shownPod, shownSet, type Pod, type ReplicaSet } from "./shown-deployment";
import { clientOf } from "./client-of";

interface Patch {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
    readonly managedFields?: readonly { readonly manager: string }[];
  };
  readonly spec?: {
    readonly minReadySeconds?: number | null;
    readonly replicas?: number;
    readonly template?: {
      readonly spec: { readonly nodeSelector: Readonly<Record<string, string | null>> };
    };
  };
}

/** Ticks after which a controller sees a change of its ReplicaSet: it watches pods by another way, which may be quicker. */
const SETS_LATE = 5;

/**
 * A Deployment `agent` of ready pods with a surge of all of them, as an API server and the controllers of Deployments and ReplicaSets would keep it. They sync
 * once before each look at the Deployment, which stands for a second.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/rolling.go`, `sync.go` (getNewReplicaSet), `util/deployment_util.go` (NewRSNewReplicas) and
 * `pkg/controller/replicaset/replica_set.go` (claimPods, manageReplicas).
 */
export function standInDeployment(wanted = 2) {
  let generation = 1;
  let observed = 0;
  let born = 0;
  let revision = 0;
  const pods: Pod[] = [];
  const sets: ReplicaSet[] = [];
  const world = {
    pods,
    wanted,
    release: "one",
    minReady: 0,
    managers: ["pulumi-kubernetes-1"],
    /** Releases whose pods never get ready. */
    broken: new Set<string>(),
    /** Whether those do not even run. */
    crashes: true,
    calls: [] as string[],
    /** Pods that a controller has stopped after they were ready once. */
    cut: [] as string[],
    /** Pods that somebody has told to stop. */
    told: [] as string[],
    /** Pods of an older release that were made and ran. */
    strays: [] as string[],
    /** Fails each call after so many changes, as for a run that was killed. */
    changesLeft: Infinity,
    apply: (release: string) => {
      world.release = release;
      generation += 1;
    },
    tick: (count = 1) => {
      for (let each = 0; each < count; each += 1) tick();
    },
    /** `one`, or `one leaving`; those that end are left out. */
    shown: () =>
      pods
        .filter(isActive)
        .map(({ release, labels }) => (labels[LEAVING] ? `${release} leaving` : release))
        .sort(),
    client: {} as ClusterClient,
  };
  const isActive = ({ goneIn }: Pod) => goneIn === undefined;
  const isReady = (pod: Pod) => pod.readyIn <= 0 && pod.running && isActive(pod);
  const of = ({ uid }: ReplicaSet) => pods.filter((pod) => pod.owner === uid && isActive(pod));
  const available = (set: ReplicaSet) =>
    of(set).filter((pod) => isReady(pod) && (set.minReady === 0 || -pod.readyIn >= set.minReady))
      .length;
  const total = () => sets.reduce((sum, { replicas }) => sum + replicas, 0);

  const claim = (set: ReplicaSet) => {
    for (const pod of pods.filter(isActive)) {
      const matches = pod.seen[0] === set.release;
      if (pod.owner === set.uid && !matches) pod.owner = undefined;
      else if (pod.owner === undefined && matches) pod.owner = set.uid;
    }
  };
  const manage = (set: ReplicaSet) => {
    claim(set);
    const own = of(set);
    for (let count = own.length; count < set.replicas; count += 1) {
      born += 1;
      const name = `agent-${set.release}-${born}`;
      const crashes = world.crashes && world.broken.has(set.release);
      const running = !crashes && !set.seen.barred;
      if (running && set.release !== world.release) world.strays.push(name);
      pods.push({
        ...{ name, release: set.release, born },
        ...{ labels: { app: "agent", [HASH]: set.release }, seen: [set.release, set.release] },
        ...{
          owner: set.uid,
          owners: [],
          goneIn: undefined,
          running,
          served: false,
        },
        readyIn: world.broken.has(set.release) || set.seen.barred ? Infinity : 3,
      });
    }
    const first = own.toSorted(
      (a, b) => Number(isReady(a)) - Number(isReady(b)) || b.born - a.born,
    );
    for (const pod of first.slice(0, Math.max(own.length - set.replicas, 0))) {
      if (isReady(pod)) world.cut.push(pod.name);
      pod.goneIn = 1;
    }
  };
  const newest = (): ReplicaSet => {
    let set = sets.find(({ release }) => release === world.release);
    if (set === undefined) {
      const replicas = Math.min(Math.max(2 * world.wanted - total(), 0), world.wanted);
      born += 1;
      const made = { uid: `rs-${world.release}`, release: world.release, born, replicas };
      const never = { generation: 1, seen: { generation: 0, barred: false } };
      sets.push(
        (set = {
          ...made,
          revision: 0,
          minReady: world.minReady,
          barred: false,
          news: [],
          ...never,
        }),
      );
    }
    if (set.revision < revision || revision === 0) set.revision = revision += 1;
    set.minReady = world.minReady;
    return set;
  };
  const roll = () => {
    const set = newest();
    const old = sets.filter((one) => one !== set && one.replicas > 0);
    if (set.replicas !== world.wanted) {
      const room = Math.min(Math.max(2 * world.wanted - total(), 0), world.wanted - set.replicas);
      if (room > 0) return void (set.replicas += room);
    }
    let down = total() - world.wanted - (set.replicas - available(set));
    if (down <= 0) return;
    // Unhealthy ones first, oldest ReplicaSet first.
    for (const one of old.toSorted((a, b) => a.born - b.born)) {
      const count = Math.min(down, one.replicas - available(one));
      one.replicas -= count;
      down -= count;
    }
    let spare = sets.reduce((sum, one) => sum + available(one), 0) - world.wanted;
    for (const one of old.filter(({ replicas }) => replicas > 0)) {
      const count = Math.max(Math.min(spare, one.replicas), 0);
      one.replicas -= count;
      spare -= count;
    }
  };
  const tick = () => {
    for (const pod of pods) {
      pod.readyIn -= 1;
      if (pod.goneIn !== undefined) pod.goneIn -= 1;
      if (isReady(pod)) pod.served = true;
    }
    pods.splice(0, pods.length, ...pods.filter(({ goneIn = 0 }) => goneIn >= 0));
    for (const set of sets) manage(set);
    roll();
    observed = generation;
    for (const set of sets) manage(set);
    for (const pod of pods) pod.seen = [pod.seen[1], pod.labels[HASH] ?? ""];
    for (const set of sets) {
      set.news.push({ generation: set.generation, barred: set.barred });
      set.seen = set.news.splice(0, Math.max(set.news.length - SETS_LATE, 0)).at(-1) ?? set.seen;
    }
  };
  tick();
  tick();
  for (const pod of pods) pod.readyIn = -60;
  tick();

  const ask = (path: string, { method = "GET", body }: Call = {}): unknown => {
    const [place = ""] = path.split("?");
    const name = place.split("/").at(-1);
    if (method !== "GET") {
      if ((world.changesLeft -= 1) < 0) throw new Error("killed");
      world.calls.push(`${method} ${place.split("/").slice(-2).join("/")}`);
    }
    const { metadata, spec } = (body ?? {}) as Patch;
    if (place.endsWith("/events")) return { items: [] };
    if (place.endsWith("/replicasets")) return { items: sets.map(shownSet) };
    if (place.endsWith("/pods")) return { items: pods.map(shownPod(isReady)) };
    if (name === "agent") {
      if (method === "GET") tick();
      else if (spec !== undefined) {
        world.minReady = spec.minReadySeconds ?? 0;
        generation += 1;
      }
      const manager = new URLSearchParams(path.split("?")[1]).get("fieldManager") ?? "";
      if (method !== "GET")
        world.managers = metadata?.managedFields?.map((entry) => entry.manager) ?? [
          ...new Set([...world.managers, manager]),
        ];
      return shownDeployment(world, { generation, observed, revision });
    }
    const set = sets.find(({ uid }) => uid === name);
    if (set !== undefined && method === "PATCH") {
      const node = spec?.template?.spec.nodeSelector[LEAVING];
      if (node !== undefined) set.barred = node !== null;
      set.replicas = spec?.replicas ?? set.replicas;
      set.generation += 1;
      return undefined;
    }
    const pod = pods.find((one) => one.name === name);
    if (pod === undefined) return undefined;
    Object.assign(pod.labels, metadata?.labels);
    pod.owners = [...pod.owners, ...(metadata?.ownerReferences ?? [])];
    if (method === "DELETE") {
      world.told.push(pod.name);
      pod.goneIn ??= 1;
    } else if (method === "GET") tick();
    return shownPod(isReady)(pod);
  };
  world.client = clientOf(ask);
  return world;
}
