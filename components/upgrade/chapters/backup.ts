import { basename } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { SaveResult } from "../../dumps/save-database";
import type { backupInputSchema } from "../../steps/backup-input";
import type { BackupRecord } from "../evidence/backup-record";
import type { CameBack } from "../plan/came-back";
import type { Preflight } from "./preflight";
import type { Rollout } from "./rollout";
import { ranInThisRun, stepCommand, stepResult } from "./step-command";

export interface BackupArgs {
  /** The rollout, on a way back that leaves the database alone: it does not wait for a dump. */
  readonly after: Preflight | Rollout;
  readonly input: z.input<typeof backupInputSchema>;
  /** Set on a way back that leaves the database alone: a dump is taken only where one is wanted, and the lack of one is told. */
  readonly cameBack: CameBack | undefined;
  /** DATABASE_URL, where the database is reached by one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The database as it was before the wanted release, proven by a complete restore (S-02, S-04, law 4).
 *
 * Creates: one dump with its manifest per change of the release; never deletes one itself but what retention allows.
 * Waits for: the preflight; on a way back within a major for the rollout. Yields: what was saved, which no later chapter reads. On failure: nothing was
 * migrated or rolled out.
 */
export class Backup extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Backup";
  /** The proven dump; undefined where there was nothing to save. */
  readonly saved: pulumi.Output<BackupRecord | undefined>;
  /** For what must not come where this run has left the step out. */
  readonly ran: pulumi.Output<pulumi.Resource>;
  private readonly chapter = "backup";

  constructor(
    name: string,
    { after, input, cameBack, secrets }: BackupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Backup.type, name, {}, pulumi.mergeOptions(opts, { dependsOn: [after] }));
    const told = cameBack === undefined ? input : { ...input, cameBack };
    const triggers = [input.release];
    const step = stepCommand(
      `${name}-${this.chapter}`,
      { step: "backup", input: told, secrets, triggers },
      { parent: this },
    );
    this.saved = stepResult(step, (value) => recordOf(value as SaveResult));
    this.ran = ranInThisRun(step, "backup", triggers);
    this.registerOutputs({ saved: this.saved });
  }
}

const recordOf = (result: SaveResult): BackupRecord | undefined => {
  if (!("path" in result)) return undefined;
  const { path, sha256, rows, schemaHead, takenAt } = result;
  return { dump: basename(path), sha256, rows, schemaHead, takenAt };
};
