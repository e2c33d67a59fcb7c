import type { PropertyMap } from "../../protocol/values";
import { namespaceOf } from "../kube-object";
import { numberAt, textAt } from "../paths";
import { describeWait, failureOf, isReady } from "./job-state";
import type { Judgement, Surroundings } from "./judge";
import { describePodWait, isOwnedBy, isPodReady, podProblems } from "./pod-state";

async function problemsOfPods(
  owner: PropertyMap,
  { api }: Surroundings,
): Promise<readonly string[]> {
  const pods = await api.list({ group: "", version: "v1", kind: "Pod" }, namespaceOf(owner));
  return pods.filter((pod) => isOwnedBy(pod, owner)).flatMap(podProblems);
}

/**
 * A StatefulSet is ready when its controller has seen the change, all replicas are ready and the new
 * revision is the current one (which `OnDelete` does not wait for).
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/statefulset.go
 */
export async function judgeStatefulSet(set: PropertyMap, around: Surroundings): Promise<Judgement> {
  const generation = numberAt(set, "metadata", "generation");
  const isObserved = numberAt(set, "status", "observedGeneration") >= generation;
  const wanted = numberAt(set, "spec", "replicas");
  const ready = numberAt(set, "status", "readyReplicas");
  const [current, next] = ["currentRevision", "updateRevision"].map((key) =>
    textAt(set, "status", key),
  );
  const isManual = generation > 1 && textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
  const isRevised = isManual || (current !== "" && current === next);
  const counts = isManual ? ["replicas"] : ["replicas", "currentReplicas"];
  const isFull = ready === wanted && counts.every((key) => numberAt(set, "status", key) === wanted);
  const shown = isRevised ? ready : Math.min(ready, numberAt(set, "status", "updatedReplicas"));
  const problems = [
    isFull ? "" : `${shown} out of ${wanted} replicas succeeded readiness checks`,
    isRevised
      ? ""
      : `StatefulSet controller failed to advance from revision "${current ?? ""}" to revision "${next ?? ""}"`,
  ].filter((problem) => problem !== "");
  return {
    isReady: isObserved && isFull && isRevised,
    status: `Waiting for StatefulSet to roll out (${shown}/${wanted} Pods ready)`,
    problems: [...problems, ...(await problemsOfPods(set, around))],
  };
}

/**
 * A DaemonSet is ready when its controller has seen the change and every node that wants a Pod has a new
 * and available one.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/daemonset.go
 */
export async function judgeDaemonSet(set: PropertyMap, around: Surroundings): Promise<Judgement> {
  const count = (key: string): number => numberAt(set, "status", key);
  const wanted = count("desiredNumberScheduled");
  const isObserved = count("observedGeneration") >= numberAt(set, "metadata", "generation");
  const isFull = [
    "currentNumberScheduled",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberReady",
  ]
    .map(count)
    .every((number) => number >= wanted);
  return {
    isReady: isObserved && isFull,
    status: `Available: ${count("numberAvailable")}/${wanted}`,
    problems: await problemsOfPods(set, around),
  };
}

/**
 * A Job is ready when it is complete; it is given up at once when its retries or its own deadline are
 * used up, and at the deadline of the wait for any other failure.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/job.go
 */
export async function judgeJob(job: PropertyMap, around: Surroundings): Promise<Judgement> {
  if (isReady(job)) return { isReady: true };
  const failure = failureOf(job);
  const pods = await problemsOfPods(job, around);
  return {
    isReady: false,
    isFinal: failure !== undefined,
    status: describeWait(job),
    problems: failure === undefined ? pods : [failure, ...pods],
  };
}

/**
 * A Pod is ready when it is scheduled, initialized, and ready or done.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/pod.go
 */
export function judgePod(pod: PropertyMap): Judgement {
  return { isReady: isPodReady(pod), status: describePodWait(pod), problems: podProblems(pod) };
}
