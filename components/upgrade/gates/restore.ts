import type { Consent, RestoreConsent } from "../plan/consent";
import { describeDump, describeRisk } from "../plan/describe-plan";
import { describeFollowers, unnamed, type Follower } from "../followers";
import { gate, type Finding } from "../finding";
import type { Plan } from "../plan/plan";
import type { DumpFacts, Risk } from "../plan/restore-need";

const { pass, warn, block, unknown } = gate("restore");

/** What this gate looks at. */
export interface RestoreArgs {
  readonly plan: Plan;
  /** The operator's word that what was written since the dump may be lost. @defaultValue none: a restore is refused */
  readonly consent?: RestoreConsent | undefined;
  /** The operator's word that an upgrade across a major goes without a dump that the role could put back. @defaultValue none */
  readonly noWayBack?: Consent | undefined;
  /** What keeps the role from restoring a dump now; undefined if nobody could look. */
  readonly hindrances?: readonly string[] | undefined;
  /**
   * File name of the dump that the live database was restored from, or "" if it was not; undefined if nobody could look.
   */
  readonly restoredFrom: string | undefined;
  /** Who follows the live database. @defaultValue nobody */
  readonly followers?: readonly Follower[] | undefined;
  /** Config path of the consent. */
  readonly at: string;
  /** Config path of the keys of the dumps. */
  readonly keysAt: string;
}

/**
 * Lets a release go back across a major only if its schema is in place, or if the operator consents to lose what was written since a
 * proven dump, naming release and dump (S-44, S-48). Asks before an upgrade across a major whether the role could restore its dump.
 */
export function restore(args: RestoreArgs): readonly Finding[] {
  const { plan, at } = args;
  const need = plan.restore;
  if (need === undefined) return [withoutNeed(args, "no restore"), ...beforehand(args)];
  switch (need.kind) {
    case "downgrade":
      return [withoutNeed(args, "the schema goes down without a restore")];
    case "no":
      return [withoutNeed(args, need.why)];
    case "unknown":
      return [
        unknown({
          at,
          found: `no look at what going back takes: ${need.reason}`,
          expected: "a look at the backups and at the schema",
          fix:
            need.fix ??
            "make the dumps (backup.store, or the backup directory) and the database reachable from here, and run again",
        }),
      ];
    case "impossible":
      return [
        block({
          at,
          found: `no way back from ${plan.from ?? "what runs"} to ${plan.to}: ${need.why}`,
          expected: "a proven dump where the dumps lie",
          fix: "bring the dump with its manifest to backup.store, or to the backup directory of this machine; or go forward, to a release of this major that works",
        }),
      ];
    case "restore":
      return [hindered(args, need.dump) ?? judge(args, need.dump, need.risk), ...followed(args)];
  }
}

/** What an upgrade across a major would take away the way back from. */
function beforehand({ plan, noWayBack, at }: RestoreArgs): readonly Finding[] {
  const { wayBack, to } = plan;
  if (wayBack.kind !== "restore" || wayBack.hindrances.length === 0) return [];
  const found = `a dump that this role could not put back: ${wayBack.hindrances.join("; ")}`;
  const expected =
    "a role that may restore what it saves, since going back across a major needs it";
  if (noWayBack?.release === to) {
    const fix = "have an administrator at hand who restores it";
    return [
      warn({
        at,
        found: `${found}; with the operator's consent: ${noWayBack.reason}`,
        expected,
        fix,
      }),
    ];
  }
  const fix = `let the role act for those owners (GRANT ... TO ...), or name a role that may; or, if an administrator would restore it by hand, set consents.noWayBack to { release: "${to}", reason: "..." }`;
  return [block({ at, found, expected, fix })];
}

/** A dump that the role could not restore when it took it, and could not now. */
function hindered({ hindrances, at }: RestoreArgs, dump: DumpFacts): Finding | undefined {
  const { noWayBack = [], file } = dump;
  if (noWayBack.length === 0 || hindrances?.length === 0) return undefined;
  return block({
    at,
    found: `${file}, which the role could not put back when it was taken: ${noWayBack.join("; ")}${hindrances === undefined ? "" : `; and now: ${hindrances.join("; ")}`}`,
    expected: "a role that may restore it",
    fix: "let the role act for those owners (GRANT ... TO ...), or have an administrator restore it by hand as docs/going-back.md says",
  });
}

/** What reads the changes of the database would go on with those of the one that is left. */
function followed({ plan, consent, followers = [], at }: RestoreArgs): readonly Finding[] {
  if (followers.length === 0) return [];
  const over = consent?.release === plan.to ? (consent.over ?? []) : [];
  const left = unnamed(followers, over);
  const expected = "a database that nobody follows";
  if (left.length === 0) {
    const found = `a database that is followed, with the operator's consent: ${describeFollowers(followers)}`;
    const fix = "set them up anew on the restored database afterwards";
    return [warn({ at, found, expected, fix })];
  }
  return [
    block({
      at,
      found: `a restore in the place of a database that is followed: ${describeFollowers(left)}`,
      expected,
      fix: `stop or move what follows it, or add over: [${left.map(({ name }) => name).join(", ")}] to consents.restore`,
    }),
  ];
}

function judge(
  { plan: { to }, consent, at, keysAt }: RestoreArgs,
  dump: DumpFacts,
  risk: Risk,
): Finding {
  const found = `a rollback that restores ${describeDump(dump)}. ${describeRisk(risk)}`;
  if (dump.lockedFor !== undefined) return locked(dump, dump.lockedFor, { at, keysAt });
  if (consent?.release === to && consent.dump === dump.file) {
    return warn({
      at,
      found: `${found}; with the operator's consent: ${consent.reason}`,
      expected: "a rollback within a major, which loses nothing",
      fix: "make sure that nobody needs those rows; the database that is left is kept under another name",
    });
  }
  const given =
    consent === undefined ? "" : `, and a consent for ${consent.release} with ${consent.dump}`;
  return block({
    at,
    found: `${found}${given}`,
    expected: "a consent that names this release and this dump",
    fix: `set consents.restore to { release: "${to}", dump: "${dump.file}", reason: "..." } in the stack file`,
  });
}

const locked = (
  { file }: DumpFacts,
  recipient: string,
  { at, keysAt }: Pick<RestoreArgs, "at" | "keysAt">,
): Finding =>
  block({
    at,
    found: `a rollback that restores ${file}, which is encrypted for ${recipient}, and no key here opens it`,
    expected: "the key of that dump",
    fix: `add it to ${keysAt}, on a line of its own below the one in use`,
  });

/** True if the stack file consents to a restore for the wanted release that the live database does not come from: a run would begin it. */
export const asksToRestore = ({
  plan,
  consent,
  restoredFrom,
}: Pick<RestoreArgs, "plan" | "consent" | "restoredFrom">): boolean =>
  consent?.release === plan.to && consent.dump !== restoredFrom;

/** A consent that nothing asks for is left over, or meant for another release; the restore that it consents to may be done, too. */
function withoutNeed({ plan, consent, restoredFrom, at }: RestoreArgs, why: string): Finding {
  if (consent === undefined) return pass({ at, found: why });
  const isHeard = consent.release === plan.to;
  const done = isHeard && consent.dump === restoredFrom;
  if (done) return pass({ at, found: `${consent.dump} is restored; ${why}` });
  const leftOver = {
    at,
    found: `a consent to restore ${consent.dump} for ${consent.release}, and a plan that restores nothing: ${why}`,
    expected: "no consent",
    fix: "remove consents.restore from the stack file; the database stays as it is",
  };
  if (!isHeard) return warn(leftOver);
  // The restore itself refuses what nothing needs, where only it can look.
  return restoredFrom === undefined && plan.change === "none" ? warn(leftOver) : block(leftOver);
}
