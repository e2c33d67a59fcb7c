import type { Evidence } from "../evidence/evidence";
import type { Observation } from "../observation";
import type { Downgrade } from "./hops";
import { generation, isOfMajor } from "./plan";

/** A proven dump, as the choice of a way back sees it. */
export interface DumpFacts {
  /** Name of its file in the backup directory. */
  readonly file: string;
  /** The release before whose installation it was taken. */
  readonly release: string;
  /** Releases that ran when it was taken; empty if nobody knows. */
  readonly running: readonly string[];
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  readonly rows: number;
  /** Last migration that it holds, or "". */
  readonly schemaHead: string;
  /** Why the role that took it could not put it back then. @defaultValue it could */
  readonly noWayBack?: readonly string[] | undefined;
  /** For whom it is encrypted, if no key here opens it. */
  readonly lockedFor?: string | undefined;
}

/** What a restore or a downgrade would lose; what deleted rows were cannot be counted. */
export type Risk =
  | {
      readonly countable: true;
      /** Rows that were written since the dump and are in no migration's own work, over all tables. */
      readonly total: number;
      /** Tables with such rows, most first. */
      readonly tables: readonly { readonly name: string; readonly rows: number }[];
    }
  | { readonly countable: false; readonly reason: string };

/** What the backups say about going back to the wanted release. */
export interface RestoreFacts {
  /** All proven dumps of this gateway and stack, oldest first. */
  readonly dumps: readonly DumpFacts[];
  /** The one that shows the database as it was before the first release of a newer major; undefined if there is none. */
  readonly candidate: DumpFacts | undefined;
  /** Counted only if the schema has moved past the candidate. */
  readonly risk: Risk | undefined;
}

/**
 * Whether the wanted release needs the database put back.
 *
 * - `no`: its schema is in place, or was put back already.
 * - `restore`: it needs the state of this dump; what was written since is lost.
 * - `impossible`: it would need one, and no proven dump has it.
 * - `downgrade`: the schema goes down by the image of the newer release; `rows` counts what that deletes.
 * - `unknown`: the schema or the dumps could not be looked at, or nothing is known of a release. `fix` says what to do, if a look is not it.
 */
export type RestoreNeed =
  | { readonly kind: "no"; readonly why: string }
  | { readonly kind: "restore"; readonly dump: DumpFacts; readonly risk: Risk }
  | { readonly kind: "impossible"; readonly why: string }
  | (Downgrade & { readonly rows: Risk })
  | { readonly kind: "unknown"; readonly reason: string; readonly fix?: string };

export interface RestoreQuestion {
  readonly wanted: string;
  readonly restore: Observation<RestoreFacts>;
  /** Applied migrations in order; undefined inside where the database tracks none. */
  readonly migrations: Observation<readonly string[] | undefined>;
  /** Releases whose migration has begun, as far as the cluster still shows it. */
  readonly migrated: readonly string[];
  /** This stack's own last evidence; undefined before the first. */
  readonly verified?:
    | Pick<Evidence, "version" | "schemaHead" | "schemaSeenAt" | "verifiedAt" | "occasion">
    | undefined;
  /** What this stack has verified so far. @defaultValue nothing is known of it */
  readonly history?: readonly Pick<Evidence, "version" | "schemaHead">[] | undefined;
}

/** Decides what going back across a major takes, before anything is touched. */
export function restoreNeed({
  wanted,
  restore,
  migrations,
  verified,
  history,
}: RestoreQuestion): RestoreNeed {
  if (!restore.observed) return { kind: "unknown", reason: restore.reason };
  const { candidate, dumps, risk } = restore.value;
  const none = `no proven dump shows the database as it was with major ${generation(wanted)}`;
  if (candidate === undefined || isOfNewer(candidate, wanted, { verified, history })) {
    return { kind: "impossible", why: none };
  }
  const past = isPast(candidate, dumps, wanted)
    ? `${none} when that was left last: it has come back since ${candidate.file} was taken`
    : undefined;
  if (!migrations.observed) {
    const reason = `the schema could not be looked at: ${migrations.reason}`;
    return past === undefined
      ? { kind: "restore", dump: candidate, risk: { countable: false, reason } }
      : { kind: "unknown", reason: `${reason}; and ${past}` };
  }
  if ((migrations.value?.at(-1) ?? "") === candidate.schemaHead) {
    return { kind: "no", why: `the schema is that of major ${generation(wanted)}` };
  }
  // The restore itself refuses it then, since what was written at home is missing in it.
  if (past !== undefined) return { kind: "impossible", why: past };
  const uncounted: Risk = { countable: false, reason: "nobody counted them" };
  return { kind: "restore", dump: candidate, risk: risk ?? uncounted };
}

/**
 * The release whose migrations the database holds although the wanted major knows nothing of them; undefined if the schema is not ahead. An
 * upgrade that migrated and never came up leaves the old programs running on such a schema: only the dumps tell. If the schema cannot be looked
 * at, the Job that changed it does.
 */
export function schemaAhead({
  wanted,
  restore,
  migrations,
  migrated,
  verified,
  history,
}: RestoreQuestion): string | undefined {
  if (!restore.observed || isHome(wanted, migrations, verified)) return undefined;
  const { candidate, dumps } = restore.value;
  if (candidate === undefined || isPast(candidate, dumps, wanted)) return undefined;
  if (isOfNewer(candidate, wanted, { verified, history })) return undefined;
  const moved = migrations.observed
    ? (migrations.value?.at(-1) ?? "") !== candidate.schemaHead
    : migrated.includes(candidate.release);
  return moved ? candidate.release : undefined;
}

/**
 * True if a dump has the schema on which only releases of other majors were verified: it was taken while the pods were stopped, or while the older release still ran
 * on a schema that a newer one had migrated, and is no state from before that major.
 */
function isOfNewer(
  { running, schemaHead }: DumpMoment,
  wanted: string,
  { verified, history = [] }: Pick<RestoreQuestion, "verified" | "history">,
): boolean {
  const known = verified === undefined ? history : [...history, verified];
  const isHome = ({ version }: { readonly version: string }) => isOfMajor(version, wanted);
  const there = known.filter((evidence) => evidence.schemaHead === schemaHead);
  // Beside a release that ran, its schema is a stranger only if that of the wanted major is known.
  const isKnown = running.length === 0 || known.some(isHome);
  return isKnown && there.length > 0 && !there.some(isHome);
}

/** True if a release of the wanted major was verified on this very schema. */
const isHome = (
  wanted: string,
  migrations: RestoreQuestion["migrations"],
  verified: RestoreQuestion["verified"],
): boolean =>
  verified !== undefined &&
  migrations.observed &&
  isOfMajor(verified.version, wanted) &&
  (migrations.value?.at(-1) ?? "") === verified.schemaHead;

/** What tells a dump's place in the history of a gateway. */
type DumpMoment = Pick<DumpFacts, "release" | "running" | "takenAt" | "schemaHead">;

/** True if a later dump shows the gateway at home again: it ran the wanted major on the schema of the candidate. */
export const isPast = (
  candidate: DumpMoment,
  dumps: readonly DumpMoment[],
  wanted: string,
): boolean =>
  dumps.some(
    ({ takenAt, release, running, schemaHead }) =>
      takenAt > candidate.takenAt &&
      schemaHead === candidate.schemaHead &&
      isOfMajor(release, wanted) &&
      running.length > 0 &&
      running.every((one) => isOfMajor(one, wanted)),
  );
