import { containersTotal } from "../objects/pod-requests";
import type { QuotaFacts } from "../facts/admission";
import { describeAmount } from "../objects/container-resources";
import { couldNotLook } from "../../upgrade/could-not-look";
import { asClause, counted } from "../../upgrade/counted";
import {
  describeDemand,
  wholePods,
  type ContainerDemand,
  type Demand,
  type PodDemand,
} from "../objects/demand";
import type { ClusterFacts } from "../facts/cluster-facts";
import { gate, type Finding, type Objection } from "../../upgrade/finding";
import { limitRangeFaults, withDefaults } from "../objects/limit-ranges";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("quota");

/**
 * Lets an upgrade begin only if the namespace's quotas and limit ranges let in every chapter's additional pods (S-05). A role that may
 * not list them gets a warning and is never refused: it may be right for good that it may not, and the API server still refuses the first pod too
 * many in words while the old ones serve.
 *
 * Not looked at: quotas of terminating or best-effort pods, of a priority class or of pods with affinity across namespaces; of a quota all
 * but pods, CPU and memory; of a limit range the limits of whole pods and of claims, and the ratio of limit to request.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/quota/v1/evaluator/core/pods.go` (Constraints, podComputeQuotaResources).
 */
export function quota({
  cluster,
  demands,
  at,
}: {
  readonly cluster: Observation<ClusterFacts>;
  readonly demands: readonly Demand[];
  /** Context and namespace. */
  readonly at: string;
}): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the quotas", cluster.reason))];
  if (demands.length === 0) return [];
  const { admission } = cluster.value;
  if (!admission.observed) return [warn(untold(at, admission.reason))];
  const { limitRanges, quotas } = admission.value;
  const admitted = demands.map((demand) => ({
    ...demand,
    pods: demand.pods.map((pod) => ({
      ...pod,
      containers: pod.containers.map((container) => withDefaults(container, limitRanges)),
    })),
  }));
  const pods = wholePods(admitted.flatMap((demand) => demand.pods));
  const objections = [
    ...pods.flatMap((pod) => limitRangeFaults(pod, limitRanges, at)),
    ...quotas
      .filter(countsOurs)
      .flatMap((entry) => [...unnamed(entry, pods, at), ...excesses(entry, admitted, at)]),
  ];
  if (objections.length > 0) return distinct(objections).map(block);
  return [
    pass({
      at,
      found: `${counted(pods.length, "more pod")} let in by its quotas and limit ranges`,
    }),
  ];
}

const untold = (at: string, reason: string): Objection => ({
  at,
  found: `quotas and limit ranges that could not be listed: ${asClause(reason)}`,
  expected: "a role that may list them, or somebody who has seen that there is room",
  fix: "let this role list resourcequotas and limitranges in the namespace, or see kubectl describe quota yourself",
});

/** The pods of an upgrade have no deadline of their own. */
const countsOurs = ({ scopes }: QuotaFacts): boolean =>
  scopes.every((scope) => scope === "NotTerminating" || scope === "NotBestEffort");

const countsPod = ({ scopes }: QuotaFacts, { containers }: PodDemand): boolean =>
  !scopes.includes("NotBestEffort") || containers.some(asksForSomething);

const asksForSomething = ({ requests, limits }: ContainerDemand): boolean =>
  ["cpu", "memory"].some((resource) => (requests[resource] ?? limits[resource] ?? 0) > 0);

type Kind = "requests" | "limits";
type Measure = (pod: PodDemand) => number;

interface Counted {
  readonly kind: Kind;
  readonly resource: "cpu" | "memory";
}

/** What a quota counts of the containers, by the quota's name for it. */
const containerCounts: ReadonlyMap<string, Counted> = new Map<string, Counted>([
  ["cpu", { kind: "requests", resource: "cpu" }],
  ["memory", { kind: "requests", resource: "memory" }],
  ["requests.cpu", { kind: "requests", resource: "cpu" }],
  ["requests.memory", { kind: "requests", resource: "memory" }],
  ["limits.cpu", { kind: "limits", resource: "cpu" }],
  ["limits.memory", { kind: "limits", resource: "memory" }],
]);

const podCounts: readonly string[] = ["pods", "count/pods"];

/** A container that does not name what a quota counts is refused, however much room there is. */
function unnamed(entry: QuotaFacts, pods: readonly PodDemand[], at: string): readonly Objection[] {
  const names = Object.keys(entry.hard);
  return pods
    .filter((pod) => countsPod(entry, pod))
    .flatMap((pod) => pod.containers.map((container) => ({ pod, container })))
    .flatMap(({ pod, container }) => {
      const missing = names.filter((name) => {
        const found = containerCounts.get(name);
        return found !== undefined && container[found.kind][found.resource] === undefined;
      });
      if (missing.length === 0) return [];
      return [
        {
          at: `${at}, ResourceQuota/${entry.name}`,
          found: `container ${container.name} of ${pod.name} without ${missing.join(" and ")}, which the quota counts`,
          expected: "a value in every container; the API server refuses the pod otherwise",
          fix: "set it in the values, or let a LimitRange in the namespace give a default",
        },
      ];
    });
}

/** What does not fit any more, chapter by chapter. */
const excesses = (
  entry: QuotaFacts,
  demands: readonly Demand[],
  at: string,
): readonly Objection[] =>
  Object.entries(entry.hard).flatMap(([name, hard]) => {
    const measure = measureOf(name);
    if (measure === undefined) return [];
    return demands.flatMap((demand, index) => {
      const ours = demand.pods.filter((pod) => countsPod(entry, pod));
      const wanted = ours.reduce((sum, pod) => sum + measure(pod), 0);
      // A pod that has ended still is an object: that of the migration, while the rollout begins.
      const left = name === "count/pods" ? podsBefore(demands, index) : 0;
      const used = (entry.used[name] ?? 0) + left;
      if (wanted === 0 || used + wanted <= hard) return [];
      const say = (amount: number) => describeAmount(name.replace(/^\w+\./, ""), amount);
      const names = [...new Set(ours.map((pod) => pod.name))].join(" and ");
      return [
        {
          at: `${at}, ResourceQuota/${entry.name}`,
          found: `${name} with ${say(used)} of ${say(hard)} used, and ${say(wanted)} more for ${counted(wholePods(ours).length, "pod")} of the ${describeDemand(demand)} (${names})`,
          expected: `at least ${say(used + wanted)}`,
          fix: `raise ${name} of the ResourceQuota ${entry.name} to ${say(used + wanted)}, or ${podCounts.includes(name) ? "remove pods that nobody needs" : "lower what the pods ask for"}`,
        },
      ];
    });
  });

const podsBefore = (demands: readonly Demand[], index: number): number =>
  wholePods(demands.slice(0, index).flatMap(({ pods }) => pods)).filter(({ removed }) => !removed)
    .length;

function measureOf(name: string): Measure | undefined {
  if (podCounts.includes(name)) return ({ growth }) => (growth ? 0 : 1);
  const found = containerCounts.get(name);
  if (found === undefined) return undefined;
  const { kind, resource } = found;
  return ({ containers }) => containersTotal(containers, kind)[resource];
}

/** Pods of one kind have the same faults. */
const distinct = (objections: readonly Objection[]): readonly Objection[] => [
  ...new Map(objections.map((entry) => [`${entry.at} ${entry.found}`, entry])).values(),
];
