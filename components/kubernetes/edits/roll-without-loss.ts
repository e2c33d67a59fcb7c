import type { Edit } from "./workload";

/** Seconds that a new pod must stay ready before an old one leaves: one that dies at once takes nobody with it. */
const SETTLE_SECONDS = 3;

/** One new pod at a time, and no old one leaves before its successor serves: Kubernetes' default of 25 % may take one away first (S-54). */
export const rollWithoutLoss: Edit = (workload) => ({
  ...workload,
  spec: {
    ...workload.spec,
    minReadySeconds: SETTLE_SECONDS,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  },
});
