import { compare } from "semver";
import { releaseOf, type BamfCatalogue, type Revision, type Unknown } from "./catalogue";
import { planHop } from "./hop";

/**
 * What it takes to go from a release back to an older one.
 *
 * - `programs-only`: both know the same schema.
 * - `downgrade`: the newer release's own image takes the schema down to the revision, with all writers stopped, before the older API starts. Only an
 *   image that holds a revision can take it back.
 * - `restore`: a revision has no way down; what was written since the backup is lost.
 * - `unknown`: one of the two has no row.
 */
export type WayBack =
  | { readonly kind: "programs-only"; readonly staysDeleted: readonly string[] }
  | Downgrade
  | { readonly kind: "restore"; readonly why: string }
  | Unknown;

export interface Downgrade {
  readonly kind: "downgrade";
  /** The revision that the older release knows as its last: what `alembic downgrade` is told, never a number of steps. */
  readonly revision: string;
  /** The release whose image runs it. */
  readonly image: string;
  /** Tables, and columns as `table.column`, whose rows are lost, by their names in the newer release. */
  readonly deletes: readonly string[];
  /** Columns that come back without what they held, by their names in the older release. */
  readonly comesBackEmpty: readonly string[];
  /**
   * True where the older programs would also run on the newer schema, so that whoever wants to lose no row can leave it. Their own Alembic then cannot run: it
   * does not know where it is.
   */
  readonly schemaMayStay: boolean;
  /** Tables whose rows the newer programs have deleted by themselves. */
  readonly staysDeleted: readonly string[];
}

/** Decides what going back takes, by the heads of both releases. @param versions - the order in which they are given does not matter */
export function wayBackBetween(
  catalogue: BamfCatalogue,
  versions: { readonly newer: string; readonly older: string },
): WayBack {
  const hop = planHop(catalogue, { from: versions.newer, to: versions.older });
  if (hop.kind === "unknown") return hop;
  const [older, newer] =
    compare(hop.from.version, hop.to.version) < 0 ? [hop.from, hop.to] : [hop.to, hop.from];
  const staysDeleted = hop.crossed.flatMap(({ attention }) =>
    attention.flatMap(({ deletes }) => deletes),
  );
  const undone = revisionsAfter(catalogue, older.head, newer.head);
  if (undone.length === 0) return { kind: "programs-only", staysDeleted };
  const stuck = undone.find(({ reversible }) => !reversible);
  if (stuck !== undefined)
    return { kind: "restore", why: `${stuck.id} has no way down: it ${stuck.does}` };
  const deletes = undone.flatMap((one) => one.deletes.map((name) => nameAfter(undone, one, name)));
  return {
    kind: "downgrade",
    revision: older.head,
    image: newer.version,
    deletes,
    comesBackEmpty: undone.flatMap((one) =>
      one.empties
        .filter((name) => !deletes.includes(tableOf(nameAfter(undone, one, name))))
        .map((name) => nameBefore(undone, one, name)),
    ),
    schemaMayStay: undone.every(({ before }) => before === "works"),
    staysDeleted: staysDeleted.filter((name) => !deletes.includes(name)),
  };
}

/** The last revisions that two releases know; undefined where one has no row. */
export function headsOf(
  catalogue: BamfCatalogue,
  versions: { readonly from: string; readonly to: string },
): { readonly from: string; readonly to: string } | undefined {
  const [from, to] = [releaseOf(catalogue, versions.from), releaseOf(catalogue, versions.to)];
  return from === undefined || to === undefined ? undefined : { from: from.head, to: to.head };
}

/** Says the verdict as a sentence without its full stop. */
export function describeWayBack(wayBack: WayBack, to: string): string {
  switch (wayBack.kind) {
    case "programs-only":
      return `programs only; both releases know the same schema${gone(wayBack.staysDeleted)}`;
    case "downgrade":
      return [
        `the schema goes down to ${wayBack.revision} by the image of ${wayBack.image} before ${to} starts`,
        wayBack.deletes.length === 0
          ? "; no row is lost"
          : `, which deletes ${wayBack.deletes.join(", ")}`,
        wayBack.comesBackEmpty.length === 0
          ? ""
          : `; ${wayBack.comesBackEmpty.join(" and ")} come back empty`,
        gone(wayBack.staysDeleted),
        wayBack.schemaMayStay ? `; ${to} would also run on the schema as it is` : "",
      ].join("");
    case "restore":
      return `the backup has to be restored, since ${wayBack.why}`;
    case "unknown":
      return `not known: ${wayBack.reason}`;
  }
}

const gone = (tables: readonly string[]): string =>
  tables.length === 0 ? "" : `; old rows of ${tables.join(", ")} stay deleted`;

/** Revisions after one up to another, oldest first. */
function revisionsAfter(
  { revisions }: BamfCatalogue,
  older: string,
  newer: string,
): readonly Revision[] {
  const place = (id: string) => revisions.findIndex((one) => one.id === id);
  return revisions.slice(place(older) + 1, place(newer) + 1);
}

/** What a table or column of a revision is called after the later ones of the same line. */
const nameAfter = (line: readonly Revision[], { id }: Revision, name: string): string =>
  line
    .slice(line.findIndex((one) => one.id === id) + 1)
    .reduce((current, { renames }) => renamed(current, renames), name);

/** What it was called before the revisions of the same line that came before its own. */
const nameBefore = (line: readonly Revision[], { id }: Revision, name: string): string =>
  line
    .slice(
      0,
      line.findIndex((one) => one.id === id),
    )
    .reduceRight((current, { renames }) => formerly(current, renames), name);

function renamed(name: string, renames: Revision["renames"]): string {
  const table = tableOf(name);
  const moved = `${renames[table] ?? table}${name.slice(table.length)}`;
  return renames[moved] ?? moved;
}

function formerly(name: string, renames: Revision["renames"]): string {
  const former = (now: string) => Object.entries(renames).find(([, to]) => to === now)?.[0] ?? now;
  const column = former(name);
  const table = tableOf(column);
  return `${former(table)}${column.slice(table.length)}`;
}

const tableOf = (name: string): string => name.split(".")[0] ?? name;
