import { selects } from "../objects/label-selector";
import { couldNotLook } from "../../upgrade/could-not-look";
import type { ClusterFacts } from "../facts/cluster-facts";
import type { GuardedWorkload } from "../objects/budgets";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, unknown } = gate("foreign-budget");

/**
 * Tells of every disruption budget in the namespace that somebody else laid over the pods: a pod under two of them cannot be evicted at
 * all, so that no node drain ends (S-53). The upgrade itself evicts nothing and goes on.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/registry/core/pod/storage/eviction.go` ("does not support more than one pod disruption budget").
 */
export function foreignBudget({
  cluster,
  guarded,
  at,
}: {
  readonly cluster: Observation<ClusterFacts>;
  /** The workloads over whose pods this program applies a budget. */
  readonly guarded: readonly Pick<GuardedWorkload, "budget" | "labels">[];
  /** Context and namespace. */
  readonly at: string;
}): readonly Finding[] {
  if (!cluster.observed)
    return [unknown(couldNotLook(at, "the disruption budgets", cluster.reason))];
  const own = guarded.map(({ budget }) => budget);
  const others = cluster.value.budgets
    .filter(({ name }) => !own.includes(name))
    .flatMap(({ name, selector }) => {
      const over = guarded.find(({ labels }) => selects(selector, labels));
      return over === undefined ? [] : [{ name, ours: over.budget }];
    });
  if (others.length === 0) return [pass({ at, found: "no disruption budget of somebody else" })];
  return others.map(({ name, ours }) =>
    warn({
      at: `PodDisruptionBudget/${name}`,
      found: "a second budget over the gateway's pods, by somebody else",
      expected: `${ours} alone; a pod under two budgets cannot be evicted, and a node drain hangs`,
      fix: `remove ${name}, or narrow its selector`,
    }),
  );
}
