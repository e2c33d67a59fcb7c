import type { Edit } from "./workload";

/** The number of pods is the autoscaler's: a declared one would fight it at every update. */
export const leaveReplicasToAutoscaler: Edit = (workload) => ({
  ...workload,
  spec: { ...workload.spec, replicas: undefined },
});
