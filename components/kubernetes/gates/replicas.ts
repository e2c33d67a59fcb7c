import type { KubernetesObject } from "../objects/object";
import { replicaRange } from "../objects/replica-range";
import { gate, type Finding } from "../../upgrade/finding";
import { placeIn, noWorkload } from "../objects/workload-shape";

const { pass, warn, block } = gate("replicas");

/**
 * Lets an upgrade begin only if at least two pods serve at all times: with one, a node drain or a crash is a gap (S-52). A
 * number declared next to an autoscaler is reported, because both would set it in turns.
 */
export function replicas({
  objects,
  workload,
  declaredAt,
}: {
  readonly objects: readonly KubernetesObject[];
  /** Name of the workload that has to keep serving. */
  readonly workload: string;
  /** Where the values decide on its pods. @defaultValue undefined: availability does */
  readonly declaredAt?: string | undefined;
}): readonly Finding[] {
  const at = placeIn(objects, workload);
  const range = replicaRange(objects, workload);
  if (range === undefined) {
    return [block(noWorkload(at))];
  }
  const { min, max, autoscaler, declared } = range;
  const found =
    autoscaler === undefined
      ? `replicas ${min}`
      : `${min} to ${max} replicas by HorizontalPodAutoscaler/${autoscaler}`;
  const enough =
    min >= 2
      ? pass({ at, found })
      : block({
          at,
          found,
          expected: "at least 2 at all times",
          fix:
            declaredAt === undefined
              ? "raise availability.replicas, or autoscaling.minReplicas, to 2 or more; an install that is taken over (adopt) is raised with Helm first, since it is taken over as it runs"
              : `raise its replicas, or the minReplicas of its autoscaler, to 2 or more in ${declaredAt}`,
        });
  if (autoscaler === undefined || declared === undefined) return [enough];
  return [
    enough,
    warn({
      at,
      found: `replicas ${declared} next to HorizontalPodAutoscaler/${autoscaler}`,
      expected: "replicas left out under an autoscaler",
      fix: "remove the number of replicas from the values",
    }),
  ];
}
