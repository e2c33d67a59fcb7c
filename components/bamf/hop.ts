import { compare } from "semver";
import { isOfMajor } from "../upgrade/plan/plan";
import { releaseOf, without, type BamfCatalogue, type Release, type Unknown } from "./catalogue";

/** The way from one release to another. */
export interface Hop {
  readonly kind: "none" | "up" | "down";
  readonly from: Release;
  readonly to: Release;
  /** Rows on the way, oldest first: going up those after `from` up to `to`, going down the same ones. */
  readonly crossed: readonly Release[];
  /** True where the two releases are of different majors; for 0.x a minor counts as one. */
  readonly major: boolean;
}

/**
 * Relates two releases by their rows. Releases may be skipped: their schema steps are run in one go, and all their rows are crossed (T-28).
 *
 * @returns `unknown` where one of them has no row
 */
export function planHop(
  catalogue: BamfCatalogue,
  versions: { readonly from: string; readonly to: string },
): Hop | Unknown {
  const from = releaseOf(catalogue, versions.from);
  if (from === undefined) return without(versions.from);
  const to = releaseOf(catalogue, versions.to);
  if (to === undefined) return without(versions.to);
  const order = compare(to.version, from.version);
  const [older, newer] = order < 0 ? [to, from] : [from, to];
  return {
    kind: order === 0 ? "none" : order > 0 ? "up" : "down",
    from,
    to,
    crossed: catalogue.releases.filter(
      ({ version }) => compare(version, older.version) > 0 && compare(version, newer.version) <= 0,
    ),
    major: !isOfMajor(from.version, to.version),
  };
}
