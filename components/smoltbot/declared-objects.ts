import type { KubernetesObject } from "../kubernetes/objects/object";
import { autoscaler, disruptionBudget } from "../kubernetes/objects/availability-objects";
import type { SmoltbotRelease } from "./release";

/**
 * Everything that the chapters keep in the namespace for good: the migration is not among it, and of the Secret only its name is.
 *
 * @param workloads - as they are to be, or as they are applied
 */
export function declaredObjects(
  { configuration, workloads: whole, availability, names }: SmoltbotRelease,
  workloads: readonly KubernetesObject[] = whole,
): readonly KubernetesObject[] {
  const scaler = autoscaler(availability);
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: names.fullname } },
    ...configuration,
    disruptionBudget(availability),
    ...(scaler === undefined ? [] : [scaler]),
    ...workloads,
  ];
}
