import type * as pulumi from "@pulumi/pulumi";
import type { Make } from "../target";
import { Chapter } from "./chapter";
import type { Restore } from "./restore";

export interface ConfigurationArgs {
  readonly after: Restore;
  readonly make: Make;
}

/**
 * What the gateway and its migration need before they start: in Kubernetes the namespace, the Secret, and the chart's objects that are no workloads.
 *
 * Creates: what the target has for that. Waits for: backup and restore. On failure: what runs keeps what it started with.
 */
export class Configuration extends Chapter {
  static readonly type = "gateways:upgrade:Configuration";
  private readonly chapter = "configuration";

  constructor(
    name: string,
    { after, make }: ConfigurationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Configuration.type, name, [after], opts);
    this.end(make(name, { parent: this }), { chapter: this.chapter });
  }
}
