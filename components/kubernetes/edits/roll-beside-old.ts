import type { Edit } from "./workload";

/** Fields by which a Deployment is held. */
const HOLDS: readonly string[] = ["minReadySeconds", "progressDeadlineSeconds"];

/**
 * All new pods come up beside the old ones, and none of the old ones leaves before the step of the rollout says so. What holds them meanwhile is set live, before
 * this is applied, in the fields that are left out here: whoever declares them takes them back with each change.
 *
 * It takes room for as many pods again, which the gates capacity and quota count.
 */
export const rollBesideOld: Edit = (workload) => {
  const strategy = {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 },
  };
  const { template, ...rest } = workload.spec;
  const kept = Object.entries(rest).filter(([field]) => !HOLDS.includes(field));
  return { ...workload, spec: { ...Object.fromEntries(kept), strategy, template } };
};
