import { gt, lte } from "semver";
import type { ValuePath } from "../upgrade/values";
import type { BamfCatalogue, Release } from "./catalogue";

/** A value and where it stands. */
export interface Leaf {
  readonly path: ValuePath;
  /** Undefined stands for any. */
  readonly value?: unknown;
}

/** Where a value of one layout stands in another. */
export type Place =
  | { readonly kind: "at"; readonly path: ValuePath }
  /** Nowhere. It may be left out if `harmless`: the wanted release does so anyway. */
  | { readonly kind: "gone"; readonly why: string; readonly harmless: boolean };

/**
 * The place of a value in the layout of the wanted release. Its name alone tells of which layout it is: no name was ever given twice. So a file that mixes
 * layouts can be read as well, and going back is the same way the other way round.
 */
export function placeOf({ releases }: BamfCatalogue, leaf: Leaf, wanted: string): Place {
  const older = releases.filter(({ version }) => lte(version, wanted));
  const newer = releases.filter(({ version }) => gt(version, wanted)).reverse();
  const up = older.reduce<Place>((place, row) => onward(place, leaf, row, wanted), {
    kind: "at",
    path: leaf.path,
  });
  return newer.reduce((place, row) => backward(place, leaf, row), up);
}

/** One release up: what it removed is gone, what it moved is elsewhere. */
function onward(place: Place, { value }: Leaf, { values }: Release, wanted: string): Place {
  if (place.kind === "gone") return place;
  const removal = values.removed.find(
    ({ path, until }) => isBelow(place.path, path) && (until === undefined || gt(until, wanted)),
  );
  return removal === undefined
    ? { kind: "at", path: moved(place.path, Object.entries(values.moved)) }
    : { kind: "gone", why: removal.why, harmless: isHarmless(removal, value) };
}

/** One release down: what it moved is back, what it added is gone. */
function backward(place: Place, { value }: Leaf, { version, values }: Release): Place {
  if (place.kind === "gone") return place;
  const addition = values.added.find(
    ({ path, only }) => isBelow(place.path, path) && (only?.includes(value) ?? true),
  );
  const back = moved(
    place.path,
    Object.entries(values.moved).map(([from, to]) => [to, from] as const),
  );
  if (addition === undefined || back !== place.path) return { kind: "at", path: back };
  const why = `no release before ${version} reads it`;
  return { kind: "gone", why, harmless: isHarmless(addition, value) };
}

const isHarmless = (
  { harmless }: { readonly harmless?: readonly unknown[] | undefined },
  value: unknown,
): boolean => harmless?.includes(value) ?? true;

function moved(path: ValuePath, moves: readonly (readonly [string, string])[]): ValuePath {
  const move = moves.find(([from]) => isBelow(path, from));
  return move === undefined
    ? path
    : [...move[1].split("."), ...path.slice(move[0].split(".").length)];
}

const isBelow = (path: ValuePath, ancestor: string): boolean =>
  ancestor.split(".").every((key, index) => path[index] === key);
