import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { backupInputSchema } from "../steps/backup/backup-input";
import type { Preflight } from "./preflight";
import { stepCommand } from "./step-command";

export interface BackupArgs {
  readonly after: Preflight;
  readonly input: z.input<typeof backupInputSchema>;
  /** DATABASE_URL, where the database is reached by one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The database as it was before the wanted release, proven by a complete restore (S-02, S-04, law 4).
 *
 * Creates: one dump with its manifest per change of the release; never deletes one itself but what retention allows.
 * Waits for: the preflight. Yields: nothing that a later chapter reads. On failure: nothing was migrated or rolled out.
 */
export class Backup extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Backup";
  private readonly chapter = "backup";

  constructor(
    name: string,
    { after, input, secrets }: BackupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Backup.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    const triggers = [input.release];
    stepCommand(
      `${name}-${this.chapter}`,
      { step: "backup", input, secrets, triggers },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
