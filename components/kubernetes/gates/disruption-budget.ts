import { budgetsOver, type Budget } from "../objects/budgets";
import { resolveCount } from "../objects/int-or-percent";
import type { KubernetesObject } from "../objects/object";
import { replicaRange } from "../objects/replica-range";
import { placeIn, readWorkload } from "../objects/workload-shape";
import { gate, type Finding } from "../../upgrade/finding";

const { pass, block } = gate("disruption-budget");

/**
 * Lets an upgrade begin only if one disruption budget covers the pods, keeps at least one of them, and lets at least one go:
 * the first is what a node drain must respect, the last is what lets a node drain end (S-53).
 */
export function disruptionBudget({
  objects,
  workload,
  declaredAt,
}: {
  readonly objects: readonly KubernetesObject[];
  /** Name of the workload that has to keep serving. */
  readonly workload: string;
  /** Where the values decide on its pods. @defaultValue undefined: availability does */
  readonly declaredAt?: string | undefined;
}): readonly Finding[] {
  const minimum =
    declaredAt === undefined ? "availability.minAvailable" : `its minAvailable in ${declaredAt}`;
  const labels = readWorkload(objects, workload)?.spec.template.metadata.labels ?? {};
  const budgets = budgetsOver(objects, labels);
  const [only, ...others] = budgets;
  if (only === undefined || others.length > 0) {
    return [
      block({
        at: placeIn(objects, workload),
        found:
          budgets.length === 0
            ? "no PodDisruptionBudget that selects its pods"
            : `${budgets.length} PodDisruptionBudgets that select its pods: ${names(budgets)}`,
        expected: "exactly one; a pod under two cannot be evicted at all",
        fix:
          budgets.length === 0
            ? `set ${minimum}, and leave the budget's selector alone`
            : "remove all but one of them",
      }),
    ];
  }
  return [judgeBudget(only, replicaRange(objects, workload)?.min ?? 0, minimum)];
}

const names = (budgets: readonly Budget[]): string =>
  budgets
    .map(({ metadata }) => metadata.name)
    .sort()
    .join(", ");

function judgeBudget({ metadata, spec }: Budget, pods: number, minimum: string): Finding {
  const kept = keptPods(spec, pods);
  const answer = {
    at: `PodDisruptionBudget/${metadata.name}`,
    found: `of ${pods} pods at the least it keeps ${kept} and lets ${Math.max(pods - kept, 0)} go`,
  };
  if (kept >= 1 && kept < pods) return pass(answer);
  return block({
    ...answer,
    expected: "at least 1 kept and at least 1 let go",
    fix: `set ${minimum} to at least 1 and below the least number of replicas`,
  });
}

/**
 * Pods that stay under the budget; shares are rounded up.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/disruption/disruption.go` (getExpectedPodCount).
 */
function keptPods({ minAvailable, maxUnavailable }: Budget["spec"], pods: number): number {
  if (maxUnavailable !== undefined) {
    return Math.max(pods - resolveCount(maxUnavailable, pods, "up"), 0);
  }
  return minAvailable === undefined ? 0 : resolveCount(minAvailable, pods, "up");
}
