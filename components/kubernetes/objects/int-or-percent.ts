import { z } from "zod";

/** A count of pods, or a share of them as `25%`. */
export const intOrPercent = z.union([
  z.number().int().min(0),
  z.string().regex(/^\d+%$/, "a percentage such as 25%"),
]);

export type IntOrPercent = z.infer<typeof intOrPercent>;

/**
 * The count of pods that the value means out of `total`; a share is rounded as said.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go` (GetScaledValueFromIntOrPercent).
 */
export function resolveCount(value: IntOrPercent, total: number, round: "up" | "down"): number {
  if (typeof value === "number") return value;
  const share = (Number.parseInt(value, 10) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}
