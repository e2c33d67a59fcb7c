import {
  describeAmount,
  type Amounts,
  type ContainerResources,
} from "../objects/container-resources";
import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import type { ClusterFacts } from "../facts/cluster-facts";
import { isSameWorkload, type WorkloadKind } from "../objects/workload-kind";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, unknown } = gate("resource-changes");

/** What a rendered workload asks for. */
export interface WantedResources {
  /** @defaultValue Deployment */
  readonly kind?: WorkloadKind | undefined;
  readonly name: string;
  /** The most pods that it may have. */
  readonly pods: number;
  readonly containers: Readonly<Record<string, ContainerResources>>;
}

/**
 * Tells every request and limit that another release asks for than what runs, container by container, and what it comes to over
 * all pods (S-06). Whether there is room for it is the gate capacity's question.
 */
export function resourceChanges({
  cluster,
  wanted,
  at,
}: {
  readonly cluster: Observation<ClusterFacts>;
  readonly wanted: readonly WantedResources[];
  /** Context and namespace. */
  readonly at: string;
}): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the Deployments", cluster.reason))];
  const { workloads } = cluster.value;
  const findings = wanted.flatMap((target) => {
    const live = workloads.find((one) => isSameWorkload(one, target));
    return live === undefined ? [] : judgeWorkload(target, live.resources);
  });
  return findings.length > 0
    ? findings
    : [pass({ at, found: "the same requests and limits as what runs, or nothing runs" })];
}

type Containers = WantedResources["containers"];

function judgeWorkload(target: WantedResources, live: Containers): readonly Finding[] {
  return Object.entries(target.containers).flatMap(([container, after]) => {
    const before = live[container];
    if (before === undefined) return [];
    return (["requests", "limits"] as const).flatMap((kind) =>
      changes(before[kind], after[kind]).map((change) => reported(target, container, kind, change)),
    );
  });
}

interface Change {
  readonly resource: string;
  /** Undefined if there is none. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

const changes = (before: Amounts, after: Amounts): readonly Change[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((resource) => ({ resource, before: before[resource], after: after[resource] }))
    .filter((change) => change.before !== change.after);

function reported(
  { kind: of = "Deployment", name, pods }: WantedResources,
  container: string,
  kind: "requests" | "limits",
  { resource, before, after }: Change,
): Finding {
  const one = kind.slice(0, -1);
  const say = (amount: number | undefined): string =>
    amount === undefined ? "none" : describeAmount(resource, amount);
  const sum = (amount: number | undefined): string => say(amount && amount * pods);
  return warn({
    at: `${of}/${name} container ${container}`,
    found: `a ${resource} ${one} that changes from ${say(before)} to ${say(after)}; over ${counted(pods, "pod")} from ${sum(before)} to ${sum(after)}`,
    expected: "a change that is wanted",
    fix: advice(kind, grows({ before, after }, kind)),
  });
}

/** No request is nothing; no limit is everything. */
function grows({ before, after }: Omit<Change, "resource">, kind: "requests" | "limits"): boolean {
  const none = kind === "requests" ? 0 : Infinity;
  return (after ?? none) > (before ?? none);
}

function advice(kind: "requests" | "limits", more: boolean): string {
  if (kind === "requests") {
    return more
      ? "see that the cluster has it to spare, at its busiest hour too, or set it in the values"
      : "see that the pods still get what they use, or set it in the values";
  }
  return more
    ? "see that the nodes can bear it, or set it in the values"
    : "see that the pods use less than that now, or set it in the values; over a memory limit a pod is killed";
}
