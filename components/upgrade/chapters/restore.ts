import * as pulumi from "@pulumi/pulumi";
import type { Evidence } from "../evidence/evidence";
import type { TriggeredTask } from "../target";
import type { Backup } from "./backup";
import { Chapter } from "./chapter";
import type { Preflight } from "./preflight";
import { ranInThisRun, stepCommand } from "./step-command";

export interface RestoreArgs {
  /** The preflight, on a way back that leaves the database alone. */
  readonly after: Backup | Preflight;
  /** Undefined if the operator has not consented to a restore for the wanted release. */
  readonly task: TriggeredTask | undefined;
  /** What was verified before this run, the newest last. */
  readonly history: readonly Pick<Evidence, "restored">[];
}

/**
 * The database as it was with an older major, if the operator has consented to lose what was written since (S-39, S-44).
 *
 * Creates: one restore per consent, nothing without one. Waits for: the backup, so that also the newer state is saved.
 * On failure: the newer release serves again on its own database, or the same `up` goes on where this one ended.
 */
export class Restore extends Chapter {
  static readonly type = "gateways:upgrade:Restore";
  /** What the restore came to; without one, what the last one had come to when it was verified, or "". Changes whenever a restore ran. */
  readonly outcome: pulumi.Output<string>;
  /** For what must not come where this run has left the step out; empty without a consent. */
  readonly ran: readonly pulumi.Output<pulumi.Resource>[];
  private readonly chapter = "restore";

  constructor(
    name: string,
    { after, task, history }: RestoreArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Restore.type, name, [after], opts);
    if (task === undefined) {
      this.outcome = pulumi.output(history.at(-1)?.restored ?? "");
      this.ran = [];
      this.end([], { outcome: this.outcome });
      return;
    }
    const step = stepCommand(
      `${name}-${this.chapter}`,
      { step: "restore", ...task },
      { parent: this, dependsOn: "ran" in after ? [...after.ran] : [] },
    );
    this.outcome = pulumi.unsecret(step.stdout);
    this.ran = [ranInThisRun(step, "restore", task.triggers)];
    this.end([step], { outcome: this.outcome });
  }

  /** With a consent as well as without one, what comes next waits for both. */
  override get ends(): readonly pulumi.Resource[] {
    return [this, ...this.waitsFor];
  }
}
