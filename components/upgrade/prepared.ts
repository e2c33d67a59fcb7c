import type { BackupRecord } from "./evidence/backup-record";
import type { Evidence } from "./evidence/evidence";
import type { Identity } from "./evidence/identity";
import type { Finding } from "./finding";
import type { Plan } from "./plan/plan";
import type { Target } from "./target";

/** One gateway before anything is touched: what it shall be, what the gates say, and what each chapter is given. */
export interface Prepared {
  readonly name: string;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** True if the last evidence is of the very objects that the stack file asks for. */
  readonly unchanged: boolean;
  readonly target: Target;
  /** What this stack has verified before, oldest first. */
  readonly history: readonly Evidence[];
  /** The last proven dump of this stack. */
  readonly lastBackup: BackupRecord | undefined;
  /** By what this stack knows it. */
  readonly identity: Identity;
}
