import * as pulumi from "@pulumi/pulumi";
import { applyObject, resourceName } from "../../kubernetes/resources/apply";
import {
  autoscaler,
  disruptionBudget,
  type AvailabilityArgs,
} from "../../kubernetes/objects/availability-objects";
import type { Configuration } from "./configuration";

/**
 * Enough pods at every moment: the disruption budget, and the autoscaler where there is one (S-52, S-53).
 *
 * Creates: a PodDisruptionBudget, a HorizontalPodAutoscaler. Waits for: configuration. On failure: the chart's workloads are not rolled out.
 */
export class Availability extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Availability";
  private readonly chapter = "availability";

  constructor(
    name: string,
    { after, ...args }: AvailabilityArgs & { readonly after: Configuration },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Availability.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    const scaler = autoscaler(args);
    for (const object of [disruptionBudget(args), ...(scaler ? [scaler] : [])]) {
      applyObject(resourceName(name, object), object, { parent: this });
    }
    this.registerOutputs({ chapter: this.chapter });
  }
}
