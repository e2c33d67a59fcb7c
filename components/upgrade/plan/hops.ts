import { compare, gt, valid } from "semver";
import type { RestoreNeed, RestoreQuestion, Risk } from "./restore-need";

/** Something on the way up that needs the operator's consent. */
export interface Danger {
  /** `window`: programs of the release before fail while this one comes. `deletion`: the release deletes rows by itself. */
  readonly consent: "window" | "deletion";
  /** What happens, as a clause. */
  readonly why: string;
}

/** An answer about releases of which at least one is not known. */
export interface UnknownHop {
  readonly kind: "unknown";
  readonly reason: string;
}

/** The schema goes down before older programs start, by the image of a newer release: an image without a revision cannot take it back. */
export interface Downgrade {
  readonly kind: "downgrade";
  /** Last revision that the older release knows. */
  readonly revision: string;
  /** The newer release, whose image runs it: `0.10.0`. */
  readonly image: string;
  /** Tables, and columns as `table.column`, that it deletes, by their names in the newer release. */
  readonly deletes: readonly string[];
  /** Columns that come back without what they held once, by their names in the older release. */
  readonly comesBackEmpty: readonly string[];
}

/**
 * What going from a release back to an older one takes.
 *
 * - `programs-only`: both know the same schema.
 * - `restore`: no program takes the schema back; the backup does.
 */
export type WayDown =
  | { readonly kind: "programs-only" }
  | Downgrade
  | { readonly kind: "restore"; readonly why: string }
  | UnknownHop;

/**
 * What a product knows of the way between its releases, if its older programs do not serve on the schema of each newer one. Its schema is one line of
 * revisions, and the tracking table names the last that was applied.
 */
export interface Hops {
  /** All known revisions, oldest first. */
  readonly revisions: readonly string[];
  /** Last revision that a release knows; undefined if the release is not known. */
  readonly headOf: (release: string) => string | undefined;
  /** The oldest release that has the revision as its last one; undefined if there is none. */
  readonly broughtBy: (revision: string) => string | undefined;
  /** What the way up needs consents for. */
  readonly dangers: (from: string, to: string) => readonly Danger[] | UnknownHop;
  readonly wayDown: (newer: string, older: string) => WayDown;
}

/** A product's knowledge and what was seen of the database. */
export interface HopQuestion extends Pick<RestoreQuestion, "wanted" | "migrations" | "migrated"> {
  readonly hops: Hops;
  /** Releases that run or were verified. */
  readonly present: readonly string[];
  /** Rows of what going down to the wanted release deletes; undefined if nobody counted them. */
  readonly atStake: Risk | undefined;
}

/** The same, as a plan asks it. */
export interface HopsInPlan {
  /** What becomes of the schema on the way back from a release; undefined if a restore is needed, of which the backups have to say more. */
  readonly descent: (from: string) => RestoreNeed | undefined;
  /** True if the schema stays as it is on the way back from a release. */
  readonly keepsSchema: (from: string) => boolean;
  /** What undoes the way up from a release. */
  readonly wayBack: (from: string) => WayDown;
  readonly dangers: (from: string) => readonly Danger[] | UnknownHop;
}

export const hopsInPlan = (question: HopQuestion): HopsInPlan => {
  const { hops, wanted } = question;
  const descent = (from: string) => descentOf(question, from);
  return {
    descent,
    keepsSchema: (from) =>
      hops.wayDown(from, wanted).kind === "programs-only" &&
      (!question.migrations.observed || (descent(from)?.kind === "no" && !isBehind(question))),
    wayBack: (from) => hops.wayDown(wanted, from),
    dangers: (from) => hops.dangers(from, wanted),
  };
};

/** True if the database has a revision that the product knows: its origin needs no other explanation. */
export const isKnownSchema = ({
  hops,
  migrations,
}: Pick<HopQuestion, "hops" | "migrations">): boolean =>
  migrations.observed && hops.revisions.includes(migrations.value?.at(-1) ?? "");

/**
 * The release to whose schema the database has moved, if neither the wanted one nor one that runs or was verified knows it; else undefined. If the database cannot be asked, the
 * migrations that have begun are all that is known.
 */
export function releaseAhead({
  hops,
  wanted,
  migrations,
  migrated,
  present,
}: Omit<HopQuestion, "atStake">): string | undefined {
  if (!migrations.observed)
    return migrated
      .filter((release) => valid(release) !== null && gt(release, wanted))
      .filter((release) => hops.wayDown(release, wanted).kind !== "programs-only")
      .toSorted(compare)
      .at(-1);
  const head = migrations.value?.at(-1) ?? "";
  if (![wanted, ...present].every((release) => isPast(hops, head, release))) return undefined;
  // Of those that know it the one whose migration was seen: its image has run here, and another one may be in no registry that the cluster reaches.
  const seen = migrated.filter(
    (release) => hops.headOf(release) === head && valid(release) !== null,
  );
  return seen.toSorted(compare).at(-1) ?? hops.broughtBy(head);
}

/**
 * What going down to the wanted release deletes of a database at that revision: tables, and columns as `table.column`. None if nothing is known of either, or if
 * the schema is not ahead.
 */
export function deletedBelow(hops: Hops, head: string, wanted: string): readonly string[] {
  const newer = isPast(hops, head, wanted) ? hops.broughtBy(head) : undefined;
  const down = newer === undefined ? undefined : hops.wayDown(newer, wanted);
  return down?.kind === "downgrade" ? down.deletes : [];
}

function descentOf(question: HopQuestion, from: string): RestoreNeed | undefined {
  const { hops, wanted, migrations, atStake } = question;
  if (!migrations.observed) {
    const why = `the schema could not be looked at: ${migrations.reason}`;
    return needOf(hops.wayDown(from, wanted), { countable: false, reason: why });
  }
  const head = migrations.value?.at(-1) ?? "";
  const own = hops.headOf(wanted);
  if (own === undefined) return needOf(hops.wayDown(from, wanted), atStake);
  if (!hops.revisions.includes(head))
    return head === ""
      ? {
          kind: "unknown",
          reason: "the database names no revision",
          fix: "see that it is the database of this gateway, and that the role sees its table of revisions (search_path, rights), then run again",
        }
      : unknownRevision(`nothing is known of revision ${head}`);
  if (!isPast(hops, head, wanted))
    return { kind: "no", why: `the schema is at ${head}, which ${wanted} knows` };
  // Of those that know the schema, the one that is left has its image on the nodes.
  const newer = hops.headOf(from) === head ? from : hops.broughtBy(head);
  return needOf(hops.wayDown(newer ?? from, wanted), atStake);
}

/** True if the wanted release is known, and the revision comes after its own last one. */
function isPast({ headOf, revisions }: Hops, head: string, wanted: string): boolean {
  const own = headOf(wanted);
  return own !== undefined && revisions.indexOf(head) > revisions.indexOf(own);
}

/** True if the schema was seen before the last revision of the wanted release, as a way down to an older one has left it that was cut off. */
const isBehind = ({ hops, wanted, migrations }: HopQuestion): boolean =>
  migrations.observed && (migrations.value?.at(-1) ?? "") !== hops.headOf(wanted);

function needOf(down: WayDown, rows: Risk | undefined): RestoreNeed | undefined {
  switch (down.kind) {
    case "programs-only":
      return { kind: "no", why: "both releases know the same schema" };
    case "downgrade":
      return { ...down, rows: rows ?? { countable: false, reason: "nobody counted them" } };
    case "restore":
      return undefined;
    case "unknown":
      return {
        kind: "unknown",
        reason: down.reason,
        fix: "add the release to the catalogue of the product, or go to a release that it has",
      };
  }
}

const unknownRevision = (reason: string): RestoreNeed => ({
  kind: "unknown",
  reason,
  fix: "add the release that brings it to the catalogue of the product, or go on to that release",
});

/** True if both releases are known to have the same schema. */
export const isOfSchema = ({ headOf }: Hops, release: string, wanted: string): boolean =>
  headOf(wanted) !== undefined && headOf(release) === headOf(wanted);

/** Revisions of a release, oldest first; undefined if it is not known. */
export function revisionsOf(
  { revisions, headOf }: Hops,
  release: string,
): readonly string[] | undefined {
  const head = headOf(release);
  return head === undefined ? undefined : revisions.slice(0, revisions.indexOf(head) + 1);
}
