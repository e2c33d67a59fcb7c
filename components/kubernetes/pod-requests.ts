import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { Resources } from "../upgrade/facts";
import { parseCpu, parseMemory } from "./quantity";
import type { Wire } from "./wire";

/**
 * What the scheduler sets aside for a pod: its containers and sidecars together, or its hungriest init container where that is more,
 * plus the overhead of its runtime class.
 * Source: kubernetes/kubernetes@v1.34.4:staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests).
 */
export function podRequests(spec: Wire<V1PodSpec> | undefined): Resources {
  const overhead = amount(spec?.overhead);
  let sidecars: Resources = { cpu: 0, memory: 0 };
  let peak: Resources = { cpu: 0, memory: 0 };
  for (const container of spec?.initContainers ?? []) {
    const wanted = sum(requests(container), sidecars);
    peak = most(peak, wanted);
    if (container.restartPolicy === "Always") sidecars = wanted;
  }
  const together = (spec?.containers ?? []).map(requests).reduce(sum, sidecars);
  return sum(most(together, peak), overhead);
}

const requests = (container: Wire<V1Container>) => amount(container.resources?.requests);

const amount = (list: Readonly<Record<string, string>> | undefined): Resources => ({
  cpu: parseCpu(list?.["cpu"] ?? "0"),
  memory: parseMemory(list?.["memory"] ?? "0"),
});

const sum = (one: Resources, other: Resources): Resources => ({
  cpu: one.cpu + other.cpu,
  memory: one.memory + other.memory,
});

const most = (one: Resources, other: Resources): Resources => ({
  cpu: Math.max(one.cpu, other.cpu),
  memory: Math.max(one.memory, other.memory),
});
