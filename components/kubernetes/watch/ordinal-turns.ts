import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Json } from "../api/json";
import { HELD_AT } from "../edits/hold-ordinals";
import { hasBeenReady, isReady, readySince, unreadySince } from "../objects/ready";
import { newestPods, revisionOf } from "./newest-pods";
import { isAlive, isObserved, type StatefulSetView } from "./rollout-view";

/** What is to be done next so that one pod of a StatefulSet after the other is replaced. */
export type Turn =
  /** Pods of this ordinal and above may be replaced, and no others. */
  | { readonly do: "release"; readonly from: number }
  /** The pod is in the way of its own successor. */
  | { readonly do: "delete"; readonly pod: string }
  | { readonly do: "wait"; readonly for: string }
  | { readonly do: "refuse"; readonly reason: string }
  /** Nothing: these wait for their turns, the first of them for its own. */
  | { readonly do: "end"; readonly waiting: readonly string[] };

/** How long a pod is unready before it counts as stuck, in milliseconds. */
const stuckAfter = 30_000;

/**
 * What has to be done before the next pod may have its turn. What a killed run has let go is held again, pods that are missing or unready are waited
 * for, and a pod stuck on a release that is neither the one before nor the wanted one is deleted: its controller waits for it to get ready, which it
 * never does (T-24). If something may be open on it, it has its turn before all others instead. The first of those that wait is replaced at once if it is stuck and holds nothing: there is nobody whom that could cut off, and nobody
 * to ask for its sessions. Once no pod waits the StatefulSet goes back to the partition at which it rests.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/statefulset/stateful_set_control.go` (processReplica, completeRollingUpdate).
 */
export function nextTurn(view: StatefulSetView, now: number): Turn {
  const { statefulSet } = view;
  if (!isObserved(statefulSet)) return unobserved;
  const turns = turnsOf(view);
  const { first, later, missing } = turns;
  if (first !== undefined && holdsNothing(first, now)) return atOnce(statefulSet, first);
  if (first !== undefined && partitionOf(statefulSet) <= ordinalOf(first))
    return { do: "release", from: ordinalOf(first) + 1 };
  // With some missing it may be the first that keeps its controller from making them.
  const held = missing > 0 && first !== undefined ? [first, ...later] : later;
  const stuck = held.filter((pod) => isInTheWay(view, pod, now));
  const empty = stuck.find((pod) => holdsNothing(pod, now));
  if (empty !== undefined) return { do: "delete", pod: nameOf(empty) };
  // Something may be open on it: whoever knows its sessions is asked first, and no other can have its turn until then.
  const [next] = stuck;
  if (next !== undefined && first !== undefined)
    return { do: "end", waiting: [next, first, ...later].map(nameOf).filter(isFirstOfItsName) };
  if (missing > 0) return { do: "wait", for: `${missing} of its pods to be there` };
  return unready(turns, first) ?? endOf(view, turns);
}

/**
 * What has to be done next so that a pod which has its turn is replaced, while all others stay as they are.
 *
 * @param wasDeleted - whether it was deleted for that: its successor is of the release before if others wait that have their turn before it
 */
export function nextOf(view: StatefulSetView, name: string, now: number, wasDeleted = false): Turn {
  const { statefulSet } = view;
  if (!isObserved(statefulSet)) return unobserved;
  const turns = turnsOf(view);
  const pod = turns.pods.find((one) => nameOf(one) === name);
  if (pod !== undefined && turns.newest.includes(pod))
    return isProven(pod, now) ? endOf(view, turns) : { do: "wait", for: `${name} to get ready` };
  const ordinal = ordinalNamed(name);
  if (partitionOf(statefulSet) !== ordinal) {
    const mayWait = pod === turns.first && turns.missing === 0;
    if (pod !== undefined && !mayWait && isInTheWay(view, pod, now))
      return { do: "delete", pod: name };
    if (pod !== undefined && pod !== turns.first) {
      if (!wasDeleted) return outOfTurn(name, turns);
      return isProven(pod, now) ? endOf(view, turns) : { do: "wait", for: `${name} to get ready` };
    }
    // Let go of now, those above it would go as well.
    if (pod === undefined && turns.first !== undefined && ordinalOf(turns.first) > ordinal)
      return { do: "wait", for: `the successor of ${name}` };
    return unready(turns, pod) ?? { do: "release", from: ordinal };
  }
  if (pod === undefined) return { do: "wait", for: `the successor of ${name}` };
  // Its controller waits for it to get ready before it stops it (T-24).
  return isReady(pod) ? { do: "wait", for: `${name} to be stopped` } : { do: "delete", pod: name };
}

/** Made anew by its controller it is of the wanted release, if its turn is now: of the release before it might be as it is. */
const atOnce = (statefulSet: Json<V1StatefulSet>, pod: Json<V1Pod>): Turn =>
  partitionOf(statefulSet) === ordinalOf(pod)
    ? { do: "delete", pod: nameOf(pod) }
    : { do: "release", from: ordinalOf(pod) };

/** Whether a pod of a release that is neither the one before nor the wanted one is stuck: its controller waits for it to get ready, whoever has the turn (T-24). */
const isInTheWay = ({ statefulSet }: StatefulSetView, pod: Json<V1Pod>, now: number): boolean =>
  revisionOf(pod) !== statefulSet.status?.currentRevision && unreadyFor(pod, now) > stuckAfter;

const isFirstOfItsName = (name: string, place: number, all: readonly string[]): boolean =>
  all.indexOf(name) === place;

/** Whether a stuck pod has certainly nothing open: it was never ready, so that nobody has reached it, or none of its containers runs. */
export const holdsNothing = (pod: Json<V1Pod>, now: number): boolean =>
  unreadyFor(pod, now) > stuckAfter && (!hasBeenReady(pod) || !runs(pod));

/** True if nothing is known of its containers. */
const runs = ({ status }: Json<V1Pod>): boolean =>
  status?.containerStatuses?.some(({ state }) => state?.running !== undefined) ?? true;

const unobserved: Turn = { do: "wait", for: "its controller to see the change" };

interface Turns {
  /** Pods that it is to have and that are there to stay. */
  readonly pods: readonly Json<V1Pod>[];
  readonly newest: readonly Json<V1Pod>[];
  /** Of an older release, highest ordinal first. */
  readonly first: Json<V1Pod> | undefined;
  readonly later: readonly Json<V1Pod>[];
  /** How many of its pods are not there, or on their way out. */
  readonly missing: number;
}

function turnsOf(view: StatefulSetView): Turns {
  const { metadata, spec } = view.statefulSet;
  const wanted = spec?.replicas ?? 1;
  const end = (spec?.ordinals?.start ?? 0) + wanted;
  const pods = view.pods
    .filter(isAlive)
    .filter((pod) => pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid))
    .filter((pod) => ordinalOf(pod) < end)
    .toSorted((one, other) => ordinalOf(other) - ordinalOf(one));
  const newest = newestPods(view);
  const [first, ...later] = pods.filter((pod) => !newest.includes(pod));
  return { pods, newest, first, later, missing: Math.max(wanted - pods.length, 0) };
}

/** The wait for those that are not ready, but for one; undefined if all are. */
function unready({ pods, missing }: Turns, but: Json<V1Pod> | undefined): Turn | undefined {
  const others = pods.filter((pod) => pod !== but && !isReady(pod)).map(nameOf);
  if (others.length > 0) return { do: "wait", for: `${others.join(", ")} to get ready` };
  const away = missing - (but === undefined ? 1 : 0);
  return away > 0 ? { do: "wait", for: `${away} of its pods to be there` } : undefined;
}

const outOfTurn = (name: string, { first }: Turns): Turn => ({
  do: "refuse",
  reason: `${name} may not be replaced before ${first === undefined ? "the others" : nameOf(first)}`,
});

/** A pod that is made anew before the controller has ended the update would be of the older release if it were held again. */
function endOf({ statefulSet }: StatefulSetView, { first, later }: Turns): Turn {
  const { status } = statefulSet;
  const rest = restingAt(statefulSet);
  if (first !== undefined) return { do: "end", waiting: [first, ...later].map(nameOf) };
  if (rest === undefined || partitionOf(statefulSet) === rest) return { do: "end", waiting: [] };
  return status?.currentRevision === status?.updateRevision
    ? { do: "release", from: rest }
    : { do: "wait", for: "its controller to end the update" };
}

/** Ordinals below are held; 0 if none is. */
export const partitionOf = ({ spec }: Json<V1StatefulSet>): number =>
  spec?.updateStrategy?.rollingUpdate?.partition ?? 0;

/** The partition at which it rests; undefined if its pods do not wait for their turns. */
export function restingAt({ metadata, spec }: Json<V1StatefulSet>): number | undefined {
  const declared = metadata?.annotations?.[HELD_AT] ?? "";
  const type = spec?.updateStrategy?.type ?? "RollingUpdate";
  return type === "RollingUpdate" && /^\d+$/.test(declared) ? Number(declared) : undefined;
}

/** Without a readiness probe a container is ready before it can fail (T-01, T-02): it has to stand for a while. In milliseconds. */
export const PROOF_MS = 5000;

const isProven = (pod: Json<V1Pod>, now: number): boolean => {
  const isProbed = pod.spec?.containers.every((one) => one.readinessProbe !== undefined) === true;
  return isReady(pod) && (isProbed || now - Date.parse(readySince(pod) ?? "") >= PROOF_MS);
};

/** For how long a pod has been unready, in milliseconds; 0 if it is ready. */
export const unreadyFor = (pod: Json<V1Pod>, now: number): number =>
  isReady(pod) ? 0 : now - (unreadySince(pod) ?? Date.parse(pod.metadata?.creationTimestamp ?? ""));

const nameOf = ({ metadata }: Json<V1Pod>): string => metadata?.name ?? "";

/** Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/statefulset/stateful_set_utils.go` (getParentNameAndOrdinal). */
const ordinalNamed = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? -1);

export const ordinalOf = (pod: Json<V1Pod>): number => ordinalNamed(nameOf(pod));
