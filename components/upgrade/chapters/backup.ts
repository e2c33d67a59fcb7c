import { basename } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { BackupRecord } from "../evidence/backup-record";
import type { Plan } from "../plan/plan";
import type { TriggeredTask } from "../target";
import { Chapter } from "./chapter";
import type { Preflight } from "./preflight";
import type { Rollout } from "./rollout";
import { ranInThisRun, stepCommand, stepResult } from "./step-command";

export interface BackupArgs {
  /** The rollout, on a way back that leaves the database alone: it does not wait for a dump. */
  readonly after: Preflight | Rollout;
  /** On a way back that leaves the database alone a dump is taken only if one is wanted, and the lack of one is reported. */
  readonly plan: Pick<Plan, "cameBack">;
  /** Undefined if there is no database to save. */
  readonly task: TriggeredTask | undefined;
}

/**
 * The database as it was before the wanted release, proven by a complete restore (S-02, S-04, law 4).
 *
 * Creates: one dump with its manifest per change of the release; never deletes one itself but what retention allows.
 * Waits for: the preflight; on a way back within a major for the rollout. Yields: what was saved, which no later chapter reads. On failure: nothing was
 * migrated or rolled out.
 */
export class Backup extends Chapter {
  static readonly type = "gateways:upgrade:Backup";
  /** The proven dump, or undefined inside if there was nothing to save; undefined itself if there is no database at all. */
  readonly saved: pulumi.Output<BackupRecord | undefined> | undefined;
  /** For what must not come where this run has left the step out. */
  readonly ran: readonly pulumi.Output<pulumi.Resource>[];
  private readonly chapter = "backup";

  constructor(
    name: string,
    { after, plan: { cameBack }, task }: BackupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Backup.type, name, [after], opts);
    if (task === undefined) {
      this.ran = [];
      this.end([], {});
      return;
    }
    const input = cameBack === undefined ? task.input : { ...task.input, cameBack };
    const step = stepCommand(
      `${name}-${this.chapter}`,
      { step: "backup", ...task, input },
      { parent: this },
    );
    this.saved = stepResult(step, (value) => recordOf(value as BackupResult));
    this.ran = [ranInThisRun(step, "backup", task.triggers)];
    this.end([step], { saved: this.saved });
  }
}

/** The backup in its turn. */
export interface BackupInTurn {
  /** What comes before the restore: the backup, but on a way back that leaves the database alone, if nothing waits for a dump. */
  readonly before: (preflight: Preflight) => Backup | Preflight;
  /** The backup; it is taken only now where it was not before. */
  readonly after: (rollout: Rollout) => Backup;
}

/** Takes the backup of a gateway once, at the moment that the plan has for it. */
export function backupInTurn(name: string, args: Omit<BackupArgs, "after">): BackupInTurn {
  let taken: Backup | undefined;
  const take = (after: Preflight | Rollout) => (taken ??= new Backup(name, { after, ...args }));
  return {
    before: (preflight) => (args.plan.cameBack === undefined ? take(preflight) : preflight),
    after: take,
  };
}

/** What the step prints: the record with the whole path of the dump, or why there is none. */
type BackupResult =
  (Omit<BackupRecord, "dump"> & { readonly path: string }) | { readonly skipped: string };

const recordOf = (result: BackupResult): BackupRecord | undefined => {
  if (!("path" in result)) return undefined;
  const { path, sha256, rows, schemaHead, takenAt } = result;
  return { dump: basename(path), sha256, rows, schemaHead, takenAt };
};
