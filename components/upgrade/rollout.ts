import * as pulumi from "@pulumi/pulumi";
import { applyObject, resourceName } from "../kubernetes/apply";
import type { KubernetesObject } from "../kubernetes/object";
import type { z } from "zod";
import type { rolloutInputSchema } from "../steps/rollout/rollout";
import type { Availability } from "./availability";
import type { Schema } from "./schema";
import { stepCommand } from "./step-command";

export interface RolloutArgs {
  readonly after: Schema;
  readonly guardedBy: Availability;
  readonly workloads: readonly KubernetesObject[];
  /** What exactly is rolled out; the watch runs again when it changes. */
  readonly configHash: string;
  readonly input: z.input<typeof rolloutInputSchema>;
}

/**
 * Every workload at the wanted release, without a request lost (S-28, S-29, S-54).
 *
 * Creates: the workloads, and the step that watches them. Waits for: schema and availability.
 * On failure: the reason in words within seconds; old pods keep serving, because none leaves before its successor is ready.
 */
export class Rollout extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Rollout";
  private readonly chapter = "rollout";

  constructor(name: string, args: RolloutArgs, opts?: pulumi.ComponentResourceOptions) {
    const dependsOn = [args.after, args.guardedBy];
    super(Rollout.type, name, {}, pulumi.mergeOptions(opts, { dependsOn }));
    const applied = args.workloads.map((workload) =>
      applyObject(resourceName(name, workload), workload, { parent: this }),
    );
    stepCommand(
      `${name}-${this.chapter}`,
      { step: "rollout", input: args.input, secrets: {}, triggers: [args.configHash] },
      { parent: this, dependsOn: applied },
    );
    this.registerOutputs({});
  }
}
