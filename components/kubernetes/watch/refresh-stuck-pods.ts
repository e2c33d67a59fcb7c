import type { V1Pod } from "@kubernetes/client-node";
import { ClusterError, type ClusterClient } from "../api/client";
import { findPodProblems } from "./pod-problems";
import type { ProblemKind } from "../../upgrade/platform";
import type { Since } from "./problems";
import type { Json } from "../api/json";
import type { StepIo } from "../../upgrade/step-io";
import { newestPods } from "./newest-pods";
import { holdsNothing, ordinalOf, partitionOf, restingAt, unreadyFor } from "./ordinal-turns";
import { isAlive, type RolloutView } from "./rollout-view";

/** How long an old complaint of the controller may stand after a fresh start, in milliseconds. */
const stallIgnoredFor = 120_000;

/** Pods younger than this are of this run, in milliseconds. */
const youngPod = 30_000;

/** Troubles after which the kubelet waits longer and longer before it tries again. */
const backingOff: readonly ProblemKind[] = ["image", "settings", "crash", "memory"];

/**
 * Gives a fresh start to pods of the newest release that are stuck from an earlier try: a pod that backs off would not notice for
 * minutes that the missing key is there now, and the rerun would fail for a reason that no longer holds. None of them serves.
 *
 * @returns what to remember for the next look: a stall that was there before this run does not count against it yet.
 */
export async function refreshStuckPods(
  client: ClusterClient,
  namespace: string,
  view: RolloutView,
  io: StepIo,
): Promise<Since> {
  const now = Date.now();
  const stuck = newestPods(view).filter((pod) => isStuck(pod, now));
  for (const pod of [...stuck, ...inTheWay(view, now)]) {
    const name = pod.metadata?.name ?? "";
    io.say(`pod ${name} is stuck from an earlier try; giving it a fresh start`);
    // Without the right to delete pods the rollout can still be watched.
    await client
      .find(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: "DELETE" })
      .catch(passRefusal);
  }
  return new Map([["stalled", { first: now + stallIgnoredFor, last: now + stallIgnoredFor }]]);
}

/** Rights and webhooks refuse in many ways; only an API server that is away is a failure. */
function passRefusal(error: unknown): void {
  if (!(error instanceof ClusterError) || error.status === 0) throw error;
}

/**
 * Old pods of a StatefulSet that are not ready: its controller waits for them to be, and then would replace them; so that going back from a release
 * whose first pod is stuck never ends (T-24).
 */
function inTheWay(view: RolloutView, now: number): readonly Json<V1Pod>[] {
  if ("deployment" in view) return [];
  const newest = newestPods(view);
  // Of one that waits for its turn somebody is asked for what is open on it first.
  const waits = restingAt(view.statefulSet) !== undefined;
  return view.pods.filter(
    (pod) =>
      isAlive(pod) &&
      !newest.includes(pod) &&
      ordinalOf(pod) >= partitionOf(view.statefulSet) &&
      unreadyFor(pod, now) > youngPod &&
      (!waits || holdsNothing(pod, now)),
  );
}

function isStuck(pod: Json<V1Pod>, now: number): boolean {
  const created = Date.parse(pod.metadata?.creationTimestamp ?? "");
  return (
    now - created > youngPod && findPodProblems(pod).some(({ kind }) => backingOff.includes(kind))
  );
}
