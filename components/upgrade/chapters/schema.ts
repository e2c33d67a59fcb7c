import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../plan/plan";
import type { Migration, SchemaWork } from "../target";
import { Chapter } from "./chapter";
import type { Configuration } from "./configuration";
import { ranInThisRun, stepCommand, stepResult } from "./step-command";

export interface SchemaArgs {
  readonly after: Configuration;
  /** A way back that leaves the database alone, and what asks for the step although no release changes. */
  readonly plan: Pick<Plan, "cameBack" | "occasion">;
  /** Undefined if there is no schema. */
  readonly work: SchemaWork | undefined;
}

/**
 * The database at the schema of the wanted release, migrated by one runner at a time (S-13, S-14, S-27, S-32).
 *
 * Creates: the migration, and the step that starts and watches it; before them, where an older release needs it, the same for the way down. Waits for:
 * configuration, and so the backup.
 * On failure: nothing was rolled out; the step shows the migration's last lines, and the next `up` runs it again.
 */
export class Schema extends Chapter {
  static readonly type = "gateways:upgrade:Schema";
  /** Last applied migration once this chapter has ended; "" if there is none. */
  readonly head: pulumi.Output<string>;
  /** For what must not come where this run has left the step out. */
  readonly ran: readonly pulumi.Output<pulumi.Resource>[];
  private readonly chapter = "schema";

  constructor(
    name: string,
    { after, plan: { cameBack, occasion }, work }: SchemaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Schema.type, name, [after], opts);
    if (work === undefined) {
      this.head = pulumi.output("");
      this.ran = [];
      this.end([], { head: this.head });
      return;
    }
    const down = work.down === undefined ? [] : [this.goDown(name, work.down)];
    const made = work.make(name, { parent: this, dependsOn: down.flatMap(({ ran }) => ran) });
    const { task } = work;
    const input = cameBack === undefined ? task.input : { ...task.input, cameBack };
    // A restore that was cut off may have taken away what the step has done for this release.
    const triggers = [...task.triggers, ...(occasion === "" ? [] : [occasion])];
    const step = stepCommand(
      `${name}-${this.chapter}`,
      { step: "schema", ...task, input, triggers },
      { parent: this, dependsOn: [...made] },
    );
    this.head = stepResult(step, (value) => (value as { readonly head: string }).head);
    this.ran = [...down.flatMap(({ ran }) => ran), ranInThisRun(step, "schema", triggers)];
    this.end([...down.flatMap(({ made: steps }) => steps), ...made, step], { head: this.head });
  }

  /** Runs the newer release's own way back over its schema, before anything of the older one is made. */
  private goDown(name: string, { make, task }: Migration) {
    const gateway = `${name}-down`;
    const made = make(gateway, { parent: this });
    const step = stepCommand(
      `${name}-${this.chapter}-down`,
      { step: "schema", ...task },
      { parent: this, dependsOn: [...made] },
    );
    return { made: [...made, step], ran: [ranInThisRun(step, "schema", task.triggers)] };
  }
}
