import { isMap, type ValuePath, type Values } from "../upgrade/values";
import { releaseOf, without, type BamfCatalogue, type Unknown } from "./catalogue";
import { shownPath, shownValue } from "./shown-value";
import { placeOf, type Leaf } from "./value-places";

/** What became of one value. `shown` is what may be printed of it: no secret. */
export type ValueChange =
  | {
      readonly kind: "moved";
      readonly from: string;
      readonly to: string;
      readonly shown: string;
    }
  | {
      readonly kind: "removed";
      readonly from: string;
      readonly shown: string;
      readonly why: string;
    }
  | { readonly kind: "left"; readonly from: string };

/** Why a file cannot be translated. */
export interface ValueConflict {
  /** The names that the file uses. */
  readonly names: readonly string[];
  readonly why: string;
  readonly fix: string;
}

/** The operator's values in the layout of the wanted release. */
export interface Translation {
  readonly kind: "translated";
  /** One entry a value, in the order of the file. */
  readonly changes: readonly ValueChange[];
  /** Where there is any, the values below are not to be used. */
  readonly conflicts: readonly ValueConflict[];
  readonly values: Values;
}

interface Kept {
  readonly from: ValuePath;
  readonly to: ValuePath;
  readonly value: unknown;
}

/**
 * Brings values of any layout into that of the wanted release. Each value goes its own way by its name. One that the program does not know stays where it
 * is, and the chart's own schema speaks of it (T-27). Values of that layout already come back as they are.
 *
 * @returns `unknown` where the release has no row: its layout may be another
 */
export function translateValues(
  catalogue: BamfCatalogue,
  values: Values,
  wanted: string,
): Translation | Unknown {
  const release = releaseOf(catalogue, wanted);
  if (release === undefined) return without(wanted);
  const changes: ValueChange[] = [];
  const conflicts: ValueConflict[] = [];
  const kept: Kept[] = [];
  for (const { path, value } of leavesOf(values, [])) {
    const place = placeOf(catalogue, { path, value }, release.version);
    const from = shownPath(path);
    if (place.kind === "gone") {
      if (place.harmless)
        changes.push({ kind: "removed", from, shown: shownValue(path, value), why: place.why });
      else conflicts.push(inexpressible(path, value, place.why, release.version));
      continue;
    }
    const to = shownPath(place.path);
    kept.push({ from: path, to: place.path, value });
    changes.push(
      to === from
        ? { kind: "left", from }
        : { kind: "moved", from, to, shown: shownValue(path, value) },
    );
  }
  return {
    kind: "translated",
    changes,
    conflicts: [...conflicts, ...clashes(kept)],
    values: kept.reduce<Values>((tree, { to, value }) => withValue(tree, to, value), {}),
  };
}

/** Says what a translation does, a line a change; what stays is counted. Shows no secret. */
export const describeTranslation = ({ changes, conflicts }: Translation): readonly string[] => {
  const left = changes.filter(({ kind }) => kind === "left").length;
  return [
    ...conflicts.map(({ names, why, fix }) => `${names.join(" and ")}: ${why}. Fix: ${fix}.`),
    ...changes.flatMap((change) => {
      switch (change.kind) {
        case "moved":
          return [`${change.from} becomes ${change.to}: ${change.shown}`];
        case "removed":
          return [`${change.from} is left out (${change.shown}): ${change.why}`];
        case "left":
          return [];
      }
    }),
    ...(left === 0 ? [] : [`${left} more stay where they are`]),
  ];
};

const inexpressible = (
  path: ValuePath,
  value: unknown,
  why: string,
  wanted: string,
): ValueConflict => ({
  names: [shownPath(path)],
  why: `${shownValue(path, value)} cannot be said to ${wanted}: ${why}`,
  fix: "choose a release that reads it, or remove it if you can do without",
});

/** Two names of the file that lead to the same place, or of which one would lie within the other's value. */
function clashes(leaves: readonly Kept[]): readonly ValueConflict[] {
  return leaves.flatMap((one, index) =>
    leaves
      .slice(index + 1)
      .filter((other) => meet(one, other))
      .map((other) => ({
        names: [shownPath(one.from), shownPath(other.from)],
        why: `both are ${shownPath(one.to.length < other.to.length ? other.to : one.to)}`,
        fix: "keep one of them",
      })),
  );
}

function meet(one: Kept, other: Kept): boolean {
  const [short, long] = one.to.length <= other.to.length ? [one, other] : [other, one];
  const isWithin = short.to.every((key, index) => long.to[index] === key);
  return isWithin && !(isEmpty(short.value) && short.to.length < long.to.length);
}

/** Sets a value below maps; an empty map gives way to what lies below it. */
function withValue(tree: Values, [key = "", ...rest]: ValuePath, value: unknown): Values {
  const below = tree[key];
  if (rest.length === 0) return isMap(below) && isEmpty(value) ? tree : { ...tree, [key]: value };
  return { ...tree, [key]: withValue(isMap(below) ? below : {}, rest, value) };
}

const isEmpty = (value: unknown): boolean => isMap(value) && Object.keys(value).length === 0;

/** Every value that is no map, and every empty map. */
function leavesOf(tree: Values, path: ValuePath): readonly Leaf[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isMap(value) && !isEmpty(value)
      ? leavesOf(value, [...path, key])
      : [{ path: [...path, key], value }],
  );
}
