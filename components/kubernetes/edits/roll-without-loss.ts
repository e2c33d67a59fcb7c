import type { IntOrPercent } from "../objects/int-or-percent";
import type { Edit } from "./workload";

/** Seconds that a new pod must stay ready before an old one leaves: one that dies at once takes nobody with it. */
const SETTLE_SECONDS = 3;

/**
 * No old pod leaves before its successor serves: Kubernetes' default of 25 % may take one away first (S-54).
 *
 * @param surge - new pods that come up before old ones leave
 */
export const rollWithoutLoss =
  (surge: IntOrPercent): Edit =>
  (workload) => ({
    ...workload,
    spec: {
      ...workload.spec,
      minReadySeconds: SETTLE_SECONDS,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: 0 } },
    },
  });
