import type { Edit } from "./workload";

/** Annotation of a StatefulSet whose pods wait for their turns: the partition at which it rests. */
export const HELD_AT = "gateways/held-at-partition";

/**
 * A new release of a StatefulSet replaces no pod by itself: every ordinal is held at the release that it runs until its turn has come, and the step
 * of the rollout gives each its turn. Kubernetes would stop the next one as soon as the one before is ready, whatever still goes through it.
 *
 * Source: `kubernetes/api@v0.34.4:apps/v1/types.go` (RollingUpdateStatefulSetStrategy: ordinals below the partition are not updated).
 *
 * @param most - the most pods that it may have, if an autoscaler decides on their number. @defaultValue its declared replicas
 */
export const holdOrdinals =
  (most = 0): Edit =>
  (workload) => {
    const partition = Math.max(workload.spec.replicas ?? 1, most);
    return {
      ...workload,
      metadata: {
        ...workload.metadata,
        annotations: { ...workload.metadata.annotations, [HELD_AT]: String(partition) },
      },
      spec: {
        ...workload.spec,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } },
      },
    };
  };
