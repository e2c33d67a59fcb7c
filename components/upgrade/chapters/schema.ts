import * as pulumi from "@pulumi/pulumi";
import { applyObject } from "../../kubernetes/resources/apply";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import type { SchemaResult } from "../../steps/schema";
import type { SchemaInput } from "../../steps/schema-input";
import type { CameBack } from "../plan/came-back";
import type { Configuration } from "./configuration";
import { ranInThisRun, stepCommand, stepResult } from "./step-command";

export interface SchemaArgs {
  readonly after: Configuration;
  /** The Job, suspended. */
  readonly job: KubernetesObject;
  readonly input: SchemaInput;
  /** Set on a way back that leaves the database alone. */
  readonly cameBack: CameBack | undefined;
  /** What asks for the step although no release changes; see the plan. */
  readonly occasion: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The database at the schema of the wanted release, migrated by one runner at a time (S-13, S-14, S-27, S-32).
 *
 * Creates: the Job, and the step that starts and watches it. Waits for: configuration, and so the backup.
 * On failure: nothing was rolled out; the step shows the Job's last lines, and the next `up` runs the Job again.
 */
export class Schema extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Schema";
  /** Last applied migration once this chapter has ended; "" where there is none. */
  readonly head: pulumi.Output<string>;
  /** For what must not come where this run has left the step out. */
  readonly ran: pulumi.Output<pulumi.Resource>;
  private readonly chapter = "schema";

  constructor(
    name: string,
    { after, job, input, cameBack, occasion, secrets }: SchemaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Schema.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    // A dead run may have left a Job that the step has started: taking it over suspends it, and the step resumes it.
    const applied = applyObject(`${name}-migration`, job, {
      parent: this,
      // The step starts it, and a finished one stays finished.
      ignoreChanges: ["spec.suspend"],
      // The Job of another release is gone before this one is there: there is never a second one to run, or to delete by mistake.
      deleteBeforeReplace: true,
    });
    const told: SchemaInput = cameBack === undefined ? input : { ...input, cameBack };
    // A restore that was cut off may have taken away what the step has done for this release.
    const triggers = [job.metadata.name, ...(occasion === "" ? [] : [occasion])];
    const step = stepCommand(
      `${name}-${this.chapter}`,
      { step: "schema", input: told, secrets, triggers },
      { parent: this, dependsOn: [applied] },
    );
    this.head = stepResult(step, (value) => (value as SchemaResult).head);
    this.ran = ranInThisRun(step, "schema", triggers);
    this.registerOutputs({ head: this.head });
  }
}
