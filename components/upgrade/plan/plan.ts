import { compare, parse, valid, type SemVer } from "semver";
import type { CameBack } from "./came-back";
import type { Danger, Downgrade, HopsInPlan, UnknownHop, WayDown } from "./hops";
import type { RestoreNeed } from "./restore-need";
import type { SchemaDoubt } from "./schema-doubt";

/** How the wanted release relates to the one that was last verified or that runs (smoltbot guide, "Breaking Changes Policy"). */
export type Change =
  "install" | "none" | "patch" | "minor" | "major" | "rollback" | "rollback-across-major";

/**
 * The way back, decided before anything is touched.
 *
 * - `nothing-to-undo`: there is no earlier release, or nothing changes.
 * - `programs-only`: the earlier programs run on the newer schema.
 * - `restore`: the earlier programs need the earlier schema, from the backup; writes since then are lost. Hindrances tell what keeps the role from putting
 *   it back, as far as one can see beforehand.
 * - `downgrade`: the schema goes down first, by the image of the wanted release; it deletes what it says.
 * - `upgrade-again`: the plan goes back to an older schema; what undoes it is that upgrade, with its consents.
 * - `unknown`: nothing is known of the wanted release or of the one before.
 */
export type WayBack =
  | { readonly kind: "nothing-to-undo" }
  | { readonly kind: "programs-only" }
  | { readonly kind: "restore"; readonly hindrances: readonly string[] }
  | Downgrade
  | { readonly kind: "upgrade-again" }
  | UnknownHop;

/** The plan of one upgrade: a plain value, known in preview. */
export interface Plan {
  readonly change: Change;
  /** The release that we come from; undefined on a first install. */
  readonly from: string | undefined;
  /** The wanted release. */
  readonly to: string;
  /** True if what runs is a mix or is not what was verified last: an earlier upgrade did not finish. */
  readonly unfinished: boolean;
  /** What reverting the stack file would take once this plan is carried out. */
  readonly wayBack: WayBack;
  /** Whether the database has to go back too; undefined unless the plan goes back, across a major or where the product knows of the way. */
  readonly restore: RestoreNeed | undefined;
  /** What the way up needs consents for; undefined if the product knows nothing of the way, or if no release that runs goes up. */
  readonly dangers: readonly Danger[] | UnknownHop | undefined;
  /**
   * What asks for the schema step, a rollout and a verification although no workload is declared anew, or "": the schema was moved since the last one, or a restore
   * has stopped the pods. The evidence keeps it, so that it asks once.
   */
  readonly occasion: string;
  /** What is not known about the schema; undefined if its origin is. */
  readonly doubt: SchemaDoubt | undefined;
  /**
   * Set if the plan brings back an older release on a schema that is known to be its own, or of its major: it leaves the database alone. The evidence
   * keeps it, so that the input of the steps stays the same until another release is wanted.
   */
  readonly cameBack: CameBack | undefined;
  /** The release that this stack verified last; undefined before the first one. */
  readonly verified: string | undefined;
  /** Distinct releases that run now, lowest first; empty if nothing runs or the cluster could not be seen. */
  readonly running: readonly string[];
}

/** What a plan is made of. */
export interface PlanArgs {
  /** The release in the stack file, a semantic version without `v`: `1.2.0`. */
  readonly wanted: string;
  /** Version of this stack's own last evidence. */
  readonly verified?: string;
  /** Versions of the running gateway images; those that are no versions (`latest`) only make the plan unfinished. */
  readonly running: readonly string[];
  /** A release of another major that has migrated the database and never got to run: its upgrade was cut off. */
  readonly ahead?: string | undefined;
  /** What the backups say about going back; asked only if the plan goes back and needs them. */
  readonly restore?: RestoreNeed;
  /** What asks for a rollout and a verification although no workload is declared anew. @defaultValue "": nothing */
  readonly occasion?: string;
  /** What the product knows of the way between its releases. @defaultValue nothing: a major has a schema of its own */
  readonly hops?: HopsInPlan | undefined;
  /** What is not known about the schema. */
  readonly doubt?: SchemaDoubt | undefined;
  /** What a way back knows of the schema; undefined if it is not known to be of the wanted major. */
  readonly schema?: Omit<CameBack, "from"> | undefined;
  /** What would keep the role from restoring a dump. @defaultValue none is known */
  readonly hindrances?: readonly string[] | undefined;
  /** What the last evidence says of the way back by which its release came. */
  readonly cameBack?: CameBack | undefined;
}

/** Those that say no more than what a change comes to. */
type WayBackKind = "nothing-to-undo" | "programs-only" | "restore" | "upgrade-again";

const wayBacks: Readonly<Record<Change, WayBackKind>> = {
  install: "nothing-to-undo",
  none: "nothing-to-undo",
  patch: "programs-only",
  minor: "programs-only",
  major: "restore",
  rollback: "programs-only",
  "rollback-across-major": "upgrade-again",
};

const UNASKED: RestoreNeed = { kind: "unknown", reason: "nobody looked at the backups" };

/**
 * Relates the wanted release to what was verified and what runs. Where those differ, the plan counts from the farthest one on
 * the other side of the wanted release: an upgrade that was cut off stays that upgrade, and its rollback stays a rollback.
 *
 * @throws TypeError where `wanted` is no semantic version; the config refuses that before.
 */
export function planUpgrade({
  wanted,
  verified,
  running,
  ahead,
  restore,
  occasion = "",
  doubt,
  schema,
  cameBack,
  hindrances = [],
  hops,
}: PlanArgs): Plan {
  const target = parse(wanted, {}, true);
  const versions = running.map((version) => parse(version)).filter((version) => version !== null);
  const base = parse(verified);
  const known = base === null ? versions : [...versions, base];
  const migrated = parse(ahead);
  const from = startingPoint(target, migrated === null ? known : [...known, migrated]);
  const change = from === undefined ? "install" : changeBetween(from, target);
  return {
    change,
    from: from?.version,
    to: wanted,
    unfinished:
      (migrated !== null && !known.some((version) => isOneMajor(version, migrated))) ||
      running.some((version) => base === null || parse(version)?.version !== base.version),
    wayBack: wayBackOf(change, from?.version, { hops, hindrances }),
    restore: restoreOf(change, from?.version, { hops, restore }),
    dangers: dangersOf(change, from, { hops, target, running: versions }),
    occasion,
    doubt,
    cameBack:
      keepsSchema(change, from?.version, hops) &&
      doubt === undefined &&
      from !== undefined &&
      schema !== undefined
        ? { from: from.version, ...schema }
        : change === "none" && verified === wanted
          ? cameBack
          : undefined,
    verified,
    running: [...new Set(versions.sort(compare).map(({ version }) => version))],
  };
}

const isUp = (change: Change): boolean => ["patch", "minor", "major"].includes(change);

/** On the way back, those of a still older release that runs: a way down to it was cut off, and for it the wanted one is newer. */
function dangersOf(
  change: Change,
  from: SemVer | undefined,
  {
    hops,
    target,
    running,
  }: {
    readonly hops: HopsInPlan | undefined;
    readonly target: SemVer;
    readonly running: readonly SemVer[];
  },
): Plan["dangers"] {
  if (isUp(change)) return from && hops?.dangers(from.version);
  const older = running.filter((one) => compare(one, target) < 0).sort(compare)[0];
  return isBack(change) && older !== undefined ? hops?.dangers(older.version) : undefined;
}

/** True if the schema stays as it is on the way back. */
const keepsSchema = (
  change: Change,
  from: string | undefined,
  hops: HopsInPlan | undefined,
): boolean =>
  hops === undefined || from === undefined
    ? change === "rollback"
    : isBack(change) && hops.keepsSchema(from);

function restoreOf(
  change: Change,
  from: string | undefined,
  { hops, restore = UNASKED }: Pick<PlanArgs, "hops" | "restore">,
): RestoreNeed | undefined {
  if (!isBack(change)) return undefined;
  if (hops !== undefined && from !== undefined) return hops.descent(from) ?? restore;
  return change === "rollback-across-major" ? restore : undefined;
}

function wayBackOf(
  change: Change,
  from: string | undefined,
  {
    hops,
    hindrances,
  }: { readonly hops: HopsInPlan | undefined; readonly hindrances: readonly string[] },
): WayBack {
  const ofKind = (kind: WayBackKind): WayBack =>
    kind === "restore" ? { kind, hindrances } : { kind };
  if (hops === undefined || from === undefined) return ofKind(wayBacks[change]);
  if (isBack(change)) return ofKind(hops.keepsSchema(from) ? "programs-only" : "upgrade-again");
  if (!isUp(change)) return ofKind(wayBacks[change]);
  const down: WayDown = hops.wayBack(from);
  return down.kind === "downgrade" || down.kind === "unknown" ? down : ofKind(down.kind);
}

/** True if the stack file asks for what runs and was verified, on a schema whose origin is known. */
export const isSettled = ({ change, unfinished, doubt }: Plan): boolean =>
  change === "none" && !unfinished && doubt === undefined;

/** True if the plan leaves a newer release. */
export const goesBack = ({ change }: Plan): boolean => isBack(change);

const isBack = (change: Change): boolean =>
  change === "rollback" || change === "rollback-across-major";

/** `1` for 1.2.3 and `0.10` for 0.10.3: in 0.x a minor may break what a major may. */
export function generation(version: string): string {
  const { major, minor } = parse(version, {}, true);
  return major === 0 ? `0.${minor}` : String(major);
}

/** Whether two releases are of one major, by their names; one that is no version is of none. */
export const isOfMajor = (release: string, other: string): boolean =>
  [release, other].every((name) => valid(name) !== null) &&
  generation(release) === generation(other);

const isOneMajor = (one: SemVer, other: SemVer): boolean =>
  generation(one.version) === generation(other.version);

function startingPoint(wanted: SemVer, versions: readonly SemVer[]): SemVer | undefined {
  const ordered = [...versions].sort(compare);
  const highest = ordered.at(-1);
  return highest !== undefined && compare(wanted, highest) < 0 ? highest : ordered[0];
}

function changeBetween(from: SemVer, to: SemVer): Change {
  const order = compare(to, from);
  const across = !isOneMajor(from, to);
  if (order === 0) return "none";
  if (order < 0) return across ? "rollback-across-major" : "rollback";
  if (across) return "major";
  return from.minor === to.minor ? "patch" : "minor";
}
