import * as pulumi from "@pulumi/pulumi";
import { applyObject, resourceName } from "../../kubernetes/resources/apply";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import type { z } from "zod";
import type { AdoptionInput } from "../../steps/adoption-input";
import type { rolloutInputSchema } from "../../steps/rollout-input";
import type { Availability } from "./availability";
import type { Restore } from "./restore";
import type { Schema } from "./schema";
import { fingerprint } from "../fingerprint";
import { stepCommand } from "./step-command";

export interface RolloutArgs {
  readonly after: Schema;
  readonly guardedBy: Availability;
  /** A restore stops the workloads without a change to what is declared: whoever it was, they are started and watched after it. */
  readonly restored: Restore;
  /** What asks for a rollout where nothing is declared anew, or "". */
  readonly occasion: string;
  readonly workloads: readonly KubernetesObject[];
  readonly input: z.input<typeof rolloutInputSchema>;
  /** True where the operator has consented to the removal of the gateway. */
  readonly removable: boolean;
  /** What the steps must hide in what they say. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What is taken over from Helm; undefined where nothing is. */
  readonly adoption?: AdoptionInput | undefined;
}

/**
 * Every workload at the wanted release, without a request lost (S-28, S-29, S-54).
 *
 * Creates: the workloads, and the step that watches them; while an install by Helm is adopted, the step that takes it over as well.
 * Waits for: schema and availability.
 * On failure: the reason in words within seconds; old pods keep serving, because none leaves before its successor is ready.
 */
export class Rollout extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Rollout";
  /** Changes whenever a workload was touched: applied, also by the way back from an upgrade that failed, or stopped by a restore. */
  readonly touched: pulumi.Output<string>;
  private readonly chapter = "rollout";

  constructor(name: string, args: RolloutArgs, opts?: pulumi.ComponentResourceOptions) {
    const dependsOn = [args.after, args.guardedBy];
    super(Rollout.type, name, {}, pulumi.mergeOptions(opts, { dependsOn }));
    // Applied without its pods, a workload keeps those that it has.
    const ignoreChanges = args.adoption === undefined ? [] : ["spec.template"];
    const { removable } = args;
    const applied = args.workloads.map((workload) =>
      applyObject(resourceName(name, workload), workload, {
        parent: this,
        ignoreChanges,
        removable,
        // Said of each workload as well: with --target one of them may come alone.
        dependsOn: [args.after.ran, ...args.restored.ran],
      }),
    );
    const owned =
      args.adoption === undefined ? [] : [this.takeOver(name, args, args.adoption, applied)];
    const generations = pulumi.all(applied.map(({ metadata }) => metadata.generation));
    this.touched = pulumi
      .all([args.restored.outcome, generations])
      .apply(([outcome, applications]) => [outcome, ...applications].join(" ").trim());
    stepCommand(
      `${name}-${this.chapter}`,
      {
        step: "rollout",
        input: args.input,
        secrets: args.secrets,
        triggers: [this.touched, args.occasion],
      },
      { parent: this, dependsOn: [...applied, ...owned] },
    );
    this.registerOutputs({ touched: this.touched });
  }

  private takeOver(
    name: string,
    { secrets }: Pick<RolloutArgs, "secrets">,
    input: AdoptionInput,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.Resource {
    return stepCommand(
      `${name}-adoption`,
      { step: "adoption", input, secrets, triggers: [fingerprint(input)] },
      { parent: this, dependsOn: [...dependsOn] },
    );
  }
}
