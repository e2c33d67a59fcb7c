import { judgeDeployment } from "./deployment";
import type { Judge } from "./judge";
import { ingressJudge, serviceJudge } from "./network";
import { judgeClaim, judgeVolume } from "./storage";
import { judgeDaemonSet, judgeJob, judgePod, judgeStatefulSet } from "./workloads";

/**
 * What each kind calls ready, by `apiVersion/kind`; kinds that are not listed are ready at once. Each
 * wait makes a judge of its own.
 */
export const judges: Readonly<Record<string, () => Judge>> = {
  "apps/v1/DaemonSet": () => judgeDaemonSet,
  "apps/v1/Deployment": () => judgeDeployment,
  "apps/v1/StatefulSet": () => judgeStatefulSet,
  "batch/v1/Job": () => judgeJob,
  "networking.k8s.io/v1/Ingress": ingressJudge,
  "v1/PersistentVolume": () => judgeVolume,
  "v1/PersistentVolumeClaim": () => judgeClaim,
  "v1/Pod": () => judgePod,
  "v1/Service": serviceJudge,
};
