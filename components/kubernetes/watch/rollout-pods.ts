import type { ContainerResources } from "../objects/container-resources";
import type { PodDemand } from "../objects/demand";
import type { WorkloadFacts } from "../facts/cluster-facts";
import { readDeployment } from "../objects/deployment-shape";
import { resolveCount } from "../objects/int-or-percent";
import type { KubernetesObject } from "../objects/object";
import { podDemand } from "../objects/pod-demand";
import { replicaRange } from "../objects/replica-range";

/** A live Deployment, as much of it as counts here. */
export type Running = Pick<WorkloadFacts, "name" | "desired" | "stoppedFrom" | "resources">;

/**
 * What the rollout of one Deployment needs beside its running pods at its fullest moment: all new pods are there then, and as many old ones
 * as it surges by. So pods that are more than before count whole, and those that take an old one's place with what they ask for beyond it.
 *
 * @param running - the live Deployments; undefined if they are not known: then they are taken to be like the new ones
 */
export function rolloutPods(
  objects: readonly KubernetesObject[],
  deployment: KubernetesObject,
  running: readonly Running[] | undefined,
): readonly PodDemand[] {
  const { name } = deployment.metadata;
  const range = replicaRange(objects, name);
  const strategy = readDeployment(objects, name)?.spec.strategy;
  const pod = podDemand(deployment, name);
  if (range === undefined || strategy === undefined || pod === undefined) return [];
  const live = running?.find((workload) => workload.name === name);
  const before = running === undefined ? range.min : (live?.desired ?? 0);
  const after = Math.min(Math.max(live?.stoppedFrom ?? before, range.min), range.max);
  const surge =
    strategy.type === "Recreate"
      ? 0
      : Math.min(before, resolveCount(strategy.rollingUpdate.maxSurge, range.max, "up"));
  const grown = live === undefined ? undefined : growthOf(pod, live, name);
  return [
    ...times(Math.max(after + surge - before, 0), pod),
    ...(grown === undefined ? [] : times(Math.min(before - surge, after), grown)),
  ];
}

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
