import type { V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { Json } from "../api/json";
import { isHeld } from "../objects/hold";
import { hasBeenReady, isReady } from "../objects/ready";
import { newestPods, newestReplicaSet } from "./newest-pods";
import { isAlive, isObserved, type DeploymentView } from "./rollout-view";

/** Label of a pod that leaves: the hash of the template by which it was made. Of nodes, one that none has. */
export const LEAVING = "gateways/leaving";
/** Label by which a ReplicaSet knows its pods, and nobody else does. */
export const HASH = "pod-template-hash";

/** What is to be done next so that the old pods of a Deployment belong to nobody who would stop them. */
export type BesideTurn =
  /** No old pod may be stopped for a new one. */
  | { readonly do: "hold" }
  /** These are the pods that will leave; nothing happens to them yet. */
  | { readonly do: "mark"; readonly pods: readonly Json<V1Pod>[] }
  /** What the ReplicaSet of an older release makes from now on goes to no node. */
  | { readonly do: "bar"; readonly replicaSet: string }
  /** It is as its Deployment has made it again. */
  | { readonly do: "unbar"; readonly replicaSet: string }
  /** Their ReplicaSet lets these go. */
  | { readonly do: "detach"; readonly pods: readonly Json<V1Pod>[] }
  /** The ReplicaSet of an older release makes no more pods. */
  | { readonly do: "empty"; readonly replicaSet: string }
  /** The Deployment is as it is declared. */
  | { readonly do: "rest" }
  /** Nothing can be open on it: none of its containers runs. */
  | { readonly do: "delete"; readonly pod: string }
  | { readonly do: "wait"; readonly for: string }
  /** Nothing: these leave, each on command. */
  | { readonly do: "end"; readonly leaving: readonly string[] };

/**
 * What has to be done before the first old pod may be stopped. Old pods are held until each new one is ready. Then they are marked, all of them, and only
 * then detached: what their ReplicaSet makes in their places is not marked, goes to no node, and ends with it. It must not run, not even for a second: an agent
 * takes tunnels as soon as it has told its name. From there on the Deployment is complete and as it is declared, and the old pods are nobody's: only a command stops
 * one. At whatever moment a run is killed, the next one goes on from there.
 */
export function nextBeside(view: DeploymentView): BesideTurn {
  const { deployment } = view;
  if (!isObserved(deployment)) return unobserved;
  const first = settle(view);
  if (first !== undefined) return first;
  const parts = partsOf(view);
  if (parts.older.length === 0) return isHeld(view.deployment) ? { do: "rest" } : endOf(parts);
  if (!isHeld(view.deployment)) return { do: "hold" };
  const wanted = deployment.spec?.replicas ?? 1;
  const ready = newestPods(view).filter((pod) => isAlive(pod) && isReady(pod)).length;
  const name = deployment.metadata?.name ?? "";
  if (ready < wanted)
    return { do: "wait", for: `${wanted - ready} new pods of ${name} to get ready` };
  return setFree(parts.older) ?? endOf(parts);
}

/**
 * What has to be done before a new release may be declared: no old pod is stopped for a new one. Where a roll was not finished its old pods are set free first,
 * since Kubernetes would stop as many as it has beside those that it is to have.
 */
export function nextHeld(view: DeploymentView): BesideTurn {
  if (!isHeld(view.deployment)) return { do: "hold" };
  if (!isObserved(view.deployment)) return unobserved;
  const { older, leaving } = partsOf(view);
  return settle(view) ?? setFree(older) ?? { do: "end", leaving: leaving.map(nameOf) };
}

const unobserved: BesideTurn = { do: "wait", for: "its controller to see the change" };

/** A ReplicaSet of an older release, and its pods. */
interface Older {
  readonly replicaSet: Json<V1ReplicaSet>;
  readonly pods: readonly Json<V1Pod>[];
}

interface Parts {
  readonly older: readonly Older[];
  /** Pods that belong to nobody. */
  readonly leaving: readonly Json<V1Pod>[];
}

function partsOf(view: DeploymentView): Parts {
  const newest = newestReplicaSet(view);
  const alive = view.pods.filter(isAlive);
  const leaving = alive.filter((pod) => hashOfLeaving(pod) !== undefined && ownerOf(pod) === "");
  const older = setsOf(view)
    .filter((one) => one.metadata?.uid !== newest)
    .map((replicaSet) => ({
      replicaSet,
      pods: alive.filter((pod) => ownerOf(pod) === replicaSet.metadata?.uid),
    }))
    .filter(({ replicaSet, pods }) => pods.length > 0 || (replicaSet.spec?.replicas ?? 0) > 0);
  return { older, leaving };
}

const setsOf = ({ deployment: { metadata }, replicaSets }: DeploymentView) =>
  replicaSets.filter((one) =>
    one.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid),
  );

/** A ReplicaSet that makes no more pods becomes what it was, and nothing else is done before each change of one is seen: it makes pods as it has seen itself. */
function settle(view: DeploymentView): BesideTurn | undefined {
  const sets = setsOf(view);
  const idle = sets.find((one) => isBarred(one) && one.spec?.replicas === 0);
  if (idle !== undefined) return { do: "unbar", replicaSet: idle.metadata?.name ?? "" };
  return sets.every(isSeen) ? undefined : unobserved;
}

const isSeen = ({ metadata, status }: Json<V1ReplicaSet>): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);

const isBarred = ({ spec }: Json<V1ReplicaSet>): boolean =>
  spec?.template?.spec?.nodeSelector?.[LEAVING] !== undefined;

/** Undefined if no pod is left of them. */
function setFree(older: readonly Older[]): BesideTurn | undefined {
  const all = older.flatMap(({ pods }) => pods);
  const unmarked = all.filter((pod) => hashOfLeaving(pod) === undefined && hasServed(pod));
  if (unmarked.length > 0) return { do: "mark", pods: unmarked };
  const marked = all.filter((pod) => hashOfLeaving(pod) !== undefined);
  const bound = marked.filter((pod) => pod.metadata?.labels?.[HASH] === hashOfLeaving(pod));
  if (bound.length > 0) return bar(older) ?? { do: "detach", pods: bound };
  if (marked.length > 0)
    return { do: "wait", for: `${marked.map(nameOf).join(", ")} to be let go` };
  const making = older.find(({ replicaSet }) => (replicaSet.spec?.replicas ?? 0) > 0);
  if (making !== undefined)
    return { do: "empty", replicaSet: making.replicaSet.metadata?.name ?? "" };
  return older.length > 0 ? { do: "wait", for: "its older ReplicaSets to be empty" } : undefined;
}

/** Undefined if what each of them makes has nowhere to go. */
function bar(older: readonly Older[]): BesideTurn | undefined {
  const open = older.find(({ replicaSet }) => !isBarred(replicaSet))?.replicaSet;
  return open && { do: "bar", replicaSet: open.metadata?.name ?? "" };
}

/** Whether something may be open on it: not if it does not run, nor if it was never ready, as what was just made in the place of one that was let go. */
const hasServed = (pod: Json<V1Pod>): boolean => runs(pod) && hasBeenReady(pod);

function endOf({ leaving }: Parts): BesideTurn {
  const dead = leaving.find((pod) => !runs(pod));
  if (dead !== undefined) return { do: "delete", pod: nameOf(dead) };
  return { do: "end", leaving: leaving.map(nameOf).toSorted() };
}

const runs = ({ status }: Json<V1Pod>): boolean =>
  status?.containerStatuses?.some(({ state }) => state?.running !== undefined) === true;

export const hashOfLeaving = ({ metadata }: Json<V1Pod>): string | undefined =>
  metadata?.labels?.[LEAVING];

/** Uid of the controller that looks after it; "" if none does. */
const ownerOf = ({ metadata }: Json<V1Pod>): string =>
  metadata?.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? "";

const nameOf = ({ metadata }: Json<V1Pod>): string => metadata?.name ?? "";
