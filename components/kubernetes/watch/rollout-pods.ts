import type { ContainerResources } from "../objects/container-resources";
import type { PodDemand } from "../objects/demand";
import type { WorkloadFacts } from "../facts/cluster-facts";
import { resolveCount } from "../objects/int-or-percent";
import type { KubernetesObject } from "../objects/object";
import { podDemand } from "../objects/pod-demand";
import { replicaRange } from "../objects/replica-range";
import { isSameWorkload } from "../objects/workload-kind";
import { readWorkload, type WorkloadShape } from "../objects/workload-shape";

/** A live workload, as much of it as counts here. */
export type Running = Pick<
  WorkloadFacts,
  "kind" | "name" | "desired" | "stoppedFrom" | "resources"
>;

/**
 * What the rollout of one workload needs beside its running pods at its fullest moment: all new pods are there then, and as many old ones
 * as it surges by, a StatefulSet by none. So pods that are more than before count whole, and those that take an old one's place with what they
 * ask for beyond it.
 *
 * @param running - the live workloads; undefined if they are not known: then they are taken to be like the new ones
 */
export function rolloutPods(
  objects: readonly KubernetesObject[],
  workload: KubernetesObject,
  running: readonly Running[] | undefined,
): readonly PodDemand[] {
  const { name } = workload.metadata;
  const range = replicaRange(objects, name);
  const shape = readWorkload(objects, name);
  const pod = podDemand(workload, name);
  if (range === undefined || shape === undefined || pod === undefined) return [];
  const live = running?.find((one) => isSameWorkload(one, { kind: shape.kind, name }));
  const before = running === undefined ? range.min : (live?.desired ?? 0);
  const after = Math.min(Math.max(live?.stoppedFrom ?? before, range.min), range.max);
  const surge = Math.min(before, surgeOf(shape, range.max));
  const grown = live === undefined ? undefined : growthOf(pod, live, name);
  return [
    ...times(Math.max(after + surge - before, 0), pod),
    ...(grown === undefined ? [] : times(Math.min(before - surge, after), grown)),
  ];
}

/** Pods that are made before old ones have gone. */
const surgeOf = ({ kind, spec: { strategy } }: WorkloadShape, pods: number): number =>
  kind === "StatefulSet" || strategy.type === "Recreate"
    ? 0
    : resolveCount(strategy.rollingUpdate.maxSurge, pods, "up");

const times = (count: number, pod: PodDemand): readonly PodDemand[] =>
  Array.from({ length: count }, () => pod);

/** What a pod asks for beyond the one whose place it takes; undefined if that is nothing. */
function growthOf(pod: PodDemand, { resources }: Running, name: string): PodDemand | undefined {
  const after = pod.containers.filter(({ role }) => role === "main");
  const before = Object.values(resources);
  const beyond = (kind: "requests" | "limits") => {
    const total = (all: readonly ContainerResources[], resource: "cpu" | "memory") =>
      all.reduce((sum, one) => sum + (one[kind][resource] ?? 0), 0);
    const more = (resource: "cpu" | "memory") =>
      Math.max(total(after, resource) - total(before, resource), 0);
    return { cpu: more("cpu"), memory: more("memory") };
  };
  const [requests, limits] = [beyond("requests"), beyond("limits")];
  if ([requests, limits].every(({ cpu, memory }) => cpu === 0 && memory === 0)) return undefined;
  return {
    name: `what a pod of ${name} grows by`,
    requests,
    containers: [{ name: "growth", role: "main", requests, limits }],
    removed: false,
    growth: true,
  };
}
