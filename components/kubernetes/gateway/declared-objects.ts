import { availabilityObjects, type AvailabilityArgs } from "../objects/availability-objects";
import type { KubernetesObject } from "../objects/object";
import type { KubernetesRelease } from "./product";

type Guarded = Pick<KubernetesRelease, "availability" | "furtherAvailability">;

/** What guards the pods of a release, of the workload that serves first. */
export const guardedBy = ({
  availability,
  furtherAvailability = [],
}: Guarded): readonly AvailabilityArgs[] => [availability, ...furtherAvailability];

/**
 * Everything that the chapters keep in the namespace for good: the migration is not among it, and of the Secret only its name is.
 *
 * @param workloads - as they are to be, or as they are applied
 */
export function declaredObjects(
  {
    configuration,
    workloads: whole,
    names,
    ...guarded
  }: Pick<KubernetesRelease, "configuration" | "workloads" | "names"> & Guarded,
  workloads: readonly KubernetesObject[] = whole,
): readonly KubernetesObject[] {
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: names.fullname } },
    ...configuration,
    ...guardedBy(guarded).flatMap(availabilityObjects),
    ...workloads,
  ];
}
