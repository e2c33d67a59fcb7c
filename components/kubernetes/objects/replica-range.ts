import { z } from "zod";
import type { KubernetesObject } from "./object";
import type { WorkloadKind } from "./workload-kind";
import { readWorkload } from "./workload-shape";

/** How many pods a workload may have, and who says so. */
export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
  /** The autoscaler that chooses between the two; undefined if the workload says the number itself. */
  readonly autoscaler: string | undefined;
  /** `spec.replicas` of the workload; undefined if it is left out. */
  readonly declared: number | undefined;
}

const autoscaler = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number(),
  }),
});

/** The pods that a workload may have: what its autoscaler allows, else what it declares, else 1. Undefined if it is absent. */
export function replicaRange(
  objects: readonly KubernetesObject[],
  workload: string,
): ReplicaRange | undefined {
  const shape = readWorkload(objects, workload);
  if (shape === undefined) return undefined;
  const declared = shape.spec.replicas;
  const scaler = objects
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .flatMap((object) => autoscaler.safeParse(object).data ?? [])
    .find(({ spec }) => targets(spec.scaleTargetRef, shape.kind, workload));
  if (scaler === undefined) {
    return { min: declared ?? 1, max: declared ?? 1, autoscaler: undefined, declared };
  }
  const { minReplicas: min, maxReplicas: max } = scaler.spec;
  return { min, max, autoscaler: scaler.metadata.name, declared };
}

const targets = (
  { kind, name }: { readonly kind: string; readonly name: string },
  wantedKind: WorkloadKind,
  wanted: string,
) => kind === wantedKind && name === wanted;
