import type { Edit } from "./workload";

/**
 * All new pods come up beside the old ones, and none of the old ones leaves before the step of the rollout says so. What holds them meanwhile is set live, before
 * this is applied, in the fields that are left out here: whoever declares them takes them back with each change.
 *
 * It takes room for as many pods again, which the gates capacity and quota count.
 */
export const rollBesideOld: Edit = (workload) => {
  const { minReadySeconds: _min, progressDeadlineSeconds: _deadline, ...spec } = workload.spec;
  return {
    ...workload,
    spec: {
      ...spec,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } },
    },
  };
};
