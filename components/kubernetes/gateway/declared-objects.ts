import { availabilityObjects } from "../objects/availability-objects";
import type { KubernetesObject } from "../objects/object";
import type { KubernetesRelease } from "./product";

/**
 * Everything that the chapters keep in the namespace for good: the migration is not among it, and of the Secret only its name is.
 *
 * @param workloads - as they are to be, or as they are applied
 */
export function declaredObjects(
  {
    configuration,
    workloads: whole,
    availability,
    names,
  }: Pick<KubernetesRelease, "configuration" | "workloads" | "availability" | "names">,
  workloads: readonly KubernetesObject[] = whole,
): readonly KubernetesObject[] {
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: names.fullname } },
    ...configuration,
    ...availabilityObjects(availability),
    ...workloads,
  ];
}
