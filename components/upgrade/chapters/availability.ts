import type * as pulumi from "@pulumi/pulumi";
import type { Make } from "../target";
import { Chapter } from "./chapter";
import type { Configuration } from "./configuration";

export interface AvailabilityArgs {
  readonly after: Configuration;
  readonly make: Make;
}

/**
 * Enough of the gateway at every moment: where it runs in Kubernetes, the disruption budget and the autoscaler (S-52, S-53).
 *
 * Creates: what the target has for that. Waits for: configuration. On failure: the workloads are not rolled out.
 */
export class Availability extends Chapter {
  static readonly type = "gateways:upgrade:Availability";
  private readonly chapter = "availability";

  constructor(
    name: string,
    { after, make }: AvailabilityArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Availability.type, name, [after], opts);
    this.end(make(name, { parent: this }), { chapter: this.chapter });
  }
}
