import type { Evidence } from "../../upgrade/evidence/evidence";
import type { Plan } from "../../upgrade/plan/plan";
import { planFromFacts, type BegunMigration } from "../../upgrade/plan/plan-from-facts";
import type { ClusterFacts, KubernetesFacts, WorkloadFacts } from "../facts/cluster-facts";
import { RELEASE_LABEL } from "../objects/release-label";
import type { KubernetesRelease } from "./product";
import { runningVersions } from "./running-pods";

/**
 * Plans from what was verified last, what runs now, and what the database holds.
 *
 * @param container - name of the container that carries the release
 * @param history - what this stack has verified so far
 */
export function planGateway(
  release: Pick<KubernetesRelease, "version" | "availability" | "names" | "hops">,
  facts: KubernetesFacts,
  container: string,
  history: readonly Evidence[] = [],
): Plan {
  const { availability, names } = release;
  const { cluster } = facts;
  return planFromFacts({
    release,
    facts,
    running: cluster.observed
      ? runningVersions(cluster.value, availability.selector, container)
      : [],
    live: cluster.observed ? livenessOf(cluster.value, names.gateway) : undefined,
    begun: cluster.observed ? begunIn(cluster.value) : [],
    unseen: "only a Job inside of the cluster reaches it, and a preview makes none",
    history,
  });
}

/** Whether it serves. What tells one stop by a restore, or one hold, from another is that each of them is a new generation of the workload. */
function livenessOf({ workloads }: ClusterFacts, serving: string) {
  const down = workloads.find(
    ({ name, desired, ready }) => name === serving && desired > 0 && ready === 0,
  );
  const those = (ones: readonly WorkloadFacts[]): string | undefined =>
    ones.length === 0
      ? undefined
      : ones.map(({ name, generation }) => `${name} at generation ${generation}`).join(", ");
  return {
    stopped: those(workloads.filter(({ stoppedFrom }) => stoppedFrom !== undefined)),
    held: those(workloads.filter(({ held }) => held === true)),
    down: down && `no pod of ${down.name} ready`,
  };
}

/** Jobs of migrations that have begun and are still there. */
const begunIn = ({ jobs }: ClusterFacts): readonly BegunMigration[] =>
  jobs
    .filter(({ state }) => state !== "suspended" && state !== "waiting")
    .flatMap(({ labels, begunAt }) => {
      const release = labels[RELEASE_LABEL];
      return release === undefined ? [] : [{ release, begunAt }];
    });
