import type { V1Deployment } from "@kubernetes/client-node";
import type { Json } from "../api/json";

/**
 * How long a new pod has to be ready while old ones are held, in seconds: until then it does not count as available, so that no old one is stopped for it. Without
 * anybody who goes on with the roll it would end by itself after 30 days.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/rolling.go` (reconcileOldReplicaSets).
 */
export const HELD_SECONDS = 30 * 24 * 3600;

/** True while no old pod of a Deployment is stopped for a new one. */
export const isHeld = ({ spec }: Pick<Json<V1Deployment>, "spec">): boolean =>
  (spec?.minReadySeconds ?? 0) >= HELD_SECONDS;
