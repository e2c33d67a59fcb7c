import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { ContainerDemand } from "./demand";
import type { Resources } from "../facts/cluster-facts";
import { parseCpu, parseMemory } from "./quantity";
import type { Json } from "../api/json";

/** What one container takes, and when. */
export interface Share extends Resources {
  readonly role: ContainerDemand["role"];
}

/** What the scheduler sets aside for a pod: what its containers come to, plus the overhead of its runtime class. */
export const podRequests = (spec: Json<V1PodSpec> | undefined): Resources =>
  sum(
    podTotal([
      ...(spec?.initContainers ?? []).map((container) => ({
        ...requests(container),
        role: initRole(container),
      })),
      ...(spec?.containers ?? []).map((container) => ({
        ...requests(container),
        role: "main" as const,
      })),
    ]),
    amount(spec?.overhead),
  );

/**
 * What the containers of a pod come to: those that run and the sidecars together, or the hungriest init container where that is more.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:staging/src/k8s.io/component-helpers/resource/helpers.go` (PodRequests, PodLimits).
 * @param shares - in the order of the pod's spec
 */
function podTotal(shares: readonly Share[]): Resources {
  let sidecars: Resources = { cpu: 0, memory: 0 };
  let peak: Resources = { cpu: 0, memory: 0 };
  for (const share of shares.filter(({ role }) => role !== "main")) {
    const wanted = sum(share, sidecars);
    peak = most(peak, wanted);
    if (share.role === "sidecar") sidecars = wanted;
  }
  return most(shares.filter(({ role }) => role === "main").reduce(sum, sidecars), peak);
}

/** What a pod of such containers requests or may use in all. */
export const containersTotal = (
  containers: readonly ContainerDemand[],
  kind: "requests" | "limits",
): Resources =>
  podTotal(containers.map(({ role, [kind]: { cpu = 0, memory = 0 } }) => ({ role, cpu, memory })));

/** Whether an init container stays. */
export const initRole = ({
  restartPolicy,
}: {
  readonly restartPolicy?: string | undefined;
}): "init" | "sidecar" => (restartPolicy === "Always" ? "sidecar" : "init");

const requests = (container: Json<V1Container>) => amount(container.resources?.requests);

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
