import type { Workload } from "../kubernetes/edits/workload";
import type { AvailabilityArgs } from "../kubernetes/objects/availability-objects";
import type { KubernetesObject } from "../kubernetes/objects/object";
import type { BamfNames } from "./names";

/**
 * What keeps enough pods of a release running: budgets and autoscalers as the chart makes them, for all of its workloads. That of the bridges follows a metric of
 * theirs (T-34).
 *
 * @param objects - all of them
 */
export function availabilityOf(
  { gateway }: BamfNames,
  workloads: readonly Workload[],
  objects: readonly KubernetesObject[],
): AvailabilityArgs {
  const api = workloads.find(({ metadata }) => metadata.name === gateway);
  if (api === undefined) throw new Error(`there is no Deployment named ${gateway}`);
  const { matchLabels = {} } = api.spec.selector ?? {};
  return {
    workload: gateway,
    namespace: api.metadata.namespace ?? "",
    labels: matchLabels,
    selector: matchLabels,
    minAvailable: 1,
    objects,
  };
}
