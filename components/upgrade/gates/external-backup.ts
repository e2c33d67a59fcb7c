import { faultOf, type ExternalBackup } from "../external-backup";
import type { Consent } from "../plan/consent";
import { couldNotLook } from "../could-not-look";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import { goesBack, type Plan } from "../plan/plan";

const { pass, warn, block, unknown } = gate("external-backup");

export interface ExternalBackupArgs {
  /** Undefined if this program takes the backup itself. */
  readonly external: Observation<ExternalBackup> | undefined;
  /** True if there is a database to save; undefined if nobody could look. */
  readonly exists: boolean | undefined;
  readonly plan: Plan;
  /** The operator's word for a release on a backup that was never restored. @defaultValue none */
  readonly consent?: Consent | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxAgeMinutes: number;
  /** Config path of the evidence. */
  readonly at: string;
}

/**
 * Lets an upgrade stand on a backup that somebody else has taken only if it is young and has succeeded, and if the operator consents for this
 * release: nobody has restored it (S-02, law 4).
 */
export function externalBackup(args: ExternalBackupArgs): readonly Finding[] {
  const { external, exists, plan, at } = args;
  if (external === undefined)
    return [pass({ at, found: "backups that this program takes and proves" })];
  // A schema that goes down is a migration, too.
  const migrates =
    plan.change !== "none" && (!goesBack(plan) || plan.restore?.kind === "downgrade");
  if (!migrates) return [pass({ at, found: "backup.external, and nothing to migrate" })];
  if (exists === false) return [pass({ at, found: "no database yet, so nothing to save" })];
  if (!external.observed)
    return [unknown(couldNotLook(at, "the external backup", external.reason))];
  return [judge(args, external.value)];
}

function judge(
  { plan, consent, now, maxAgeMinutes, at }: ExternalBackupArgs,
  backup: ExternalBackup,
): Finding {
  const fault = faultOf(backup, { now, maxAgeMinutes });
  if (fault !== undefined)
    return block({
      at,
      found: fault,
      expected: `a backup that has succeeded within the last ${maxAgeMinutes} min`,
      fix: "take one now, then run again; or remove backup.external, and this program takes one",
    });
  const found = `${backup.name} of ${backup.time}, which this program has not restored: with it, it cannot go back across a major`;
  if (consent?.release !== plan.to)
    return block({
      at,
      found: consent === undefined ? found : `${found}; and a consent for ${consent.release}`,
      expected: "a consent that names this release",
      fix: `set consents.externalBackup to { release: "${plan.to}", reason: "..." } in the stack file; or remove backup.external`,
    });
  return warn({
    at,
    found: `${found}; with the operator's consent: ${consent.reason}`,
    expected: "a backup that was restored and compared",
    fix: "make sure that somebody has restored such a backup, and knows how",
  });
}
