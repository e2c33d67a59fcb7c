import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { restoreInputSchema } from "../../steps/restore-input";
import type { Backup } from "./backup";
import type { Preflight } from "./preflight";
import { ranInThisRun, stepCommand } from "./step-command";

export interface RestoreArgs {
  /** The preflight, on a way back that leaves the database alone. */
  readonly after: Backup | Preflight;
  /** Undefined where the operator has not consented to a restore for the wanted release. */
  readonly input: z.input<typeof restoreInputSchema> | undefined;
  /** DATABASE_URL, where the database is reached by one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The database as it was with an older major, where the operator has consented to lose what was written since (S-39, S-44).
 *
 * Creates: one restore per consent, nothing without one. Waits for: the backup, so that also the newer state is saved.
 * On failure: the newer release serves again on its own database, or the same `up` goes on where this one ended.
 */
export class Restore extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Restore";
  /** What a later chapter waits for as well: without a consent this one is empty, and an empty chapter holds nothing back. */
  readonly after: Backup | Preflight;
  /** What the restore came to; "" without one. Changes whenever a restore ran. */
  readonly outcome: pulumi.Output<string>;
  /** For what must not come where this run has left the step out; empty without a consent. */
  readonly ran: readonly pulumi.Output<pulumi.Resource>[];
  private readonly chapter = "restore";

  constructor(
    name: string,
    { after, input, secrets }: RestoreArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Restore.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    this.after = after;
    if (input === undefined) {
      this.outcome = pulumi.output("");
      this.ran = [];
    } else {
      const triggers = [input.release, input.dump];
      const step = stepCommand(
        `${name}-${this.chapter}`,
        { step: "restore", input, secrets, triggers },
        { parent: this, dependsOn: "ran" in after ? [after.ran] : [] },
      );
      this.outcome = pulumi.unsecret(step.stdout);
      this.ran = [ranInThisRun(step, "restore", triggers)];
    }
    this.registerOutputs({ outcome: this.outcome });
  }
}
