import type { Workload } from "../kubernetes/edits/workload";
import type { AvailabilityArgs } from "../kubernetes/objects/availability-objects";
import type { KubernetesObject } from "../kubernetes/objects/object";
import type { BamfNames } from "./names";

/** What keeps enough pods of a release running. */
export interface BamfAvailability {
  readonly availability: AvailabilityArgs;
  readonly furtherAvailability: readonly AvailabilityArgs[];
}

/**
 * Budgets and autoscalers as the chart makes them: the bridges' follows a metric of theirs (T-34). API, bridges and proxy have to keep pods, since users go through
 * them; what else the chart has is applied beside that of the API.
 *
 * @param objects - all of them; a budget or an autoscaler has the name of its workload
 */
export function availabilityOf(
  { gateway, bridge, proxy }: BamfNames,
  workloads: readonly Workload[],
  objects: readonly KubernetesObject[],
): BamfAvailability {
  const guard = (workload: Workload, own: readonly KubernetesObject[]): AvailabilityArgs => {
    const { matchLabels = {} } = workload.spec.selector ?? {};
    return {
      workload: workload.metadata.name,
      kind: workload.kind,
      namespace: workload.metadata.namespace ?? "",
      labels: matchLabels,
      selector: matchLabels,
      minAvailable: 1,
      objects: own,
    };
  };
  const named = (name: string) => workloads.filter(({ metadata }) => metadata.name === name);
  const further = [bridge, proxy].flatMap(named);
  const isFurther = ({ metadata }: KubernetesObject) =>
    further.some((workload) => workload.metadata.name === metadata.name);
  const [api] = named(gateway);
  if (api === undefined) throw new Error(`there is no Deployment named ${gateway}`);
  return {
    availability: guard(
      api,
      objects.filter((object) => !isFurther(object)),
    ),
    furtherAvailability: further.map((workload) =>
      guard(
        workload,
        objects.filter(({ metadata }) => metadata.name === workload.metadata.name),
      ),
    ),
  };
}
