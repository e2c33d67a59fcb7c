import { isMap, valueAt, type ValuePath, type Values } from "../../upgrade/values";

/** One default that is another in the target chart. */
export interface ChangedDefault {
  readonly path: ValuePath;
  readonly before: unknown;
  readonly after: unknown;
}

/** What the operator's values and the two charts' defaults come to, side by side (S-23). */
export interface ValuesComparison {
  /** Set by the operator, known to the chart before, gone from the target chart. */
  readonly removed: readonly ValuePath[];
  /** Set by the operator, known to neither chart. */
  readonly unknown: readonly ValuePath[];
  /** Set by the operator as a plain value where the target chart has a map; Helm keeps the map. */
  readonly mismatched: readonly ValuePath[];
  /** Defaults that change and that the operator does not set. */
  readonly changed: readonly ChangedDefault[];
  /** Defaults of the target chart that the chart before did not have. */
  readonly added: readonly ValuePath[];
}

/** What is compared. */
export interface ValuesQuestion {
  /** Defaults of the chart that runs; undefined if it is not at hand. */
  readonly before: Values | undefined;
  /** Defaults of the target chart. */
  readonly after: Values;
  /** The operator's own values. */
  readonly values: Values;
  /** Maps that take any key, joined by dots: `secrets.values`. A map whose default is empty takes any key anyhow. */
  readonly open: readonly string[];
}

/** Compares value trees; a list is compared as a whole, an empty map is a value of its own. */
export function compareValues({ before, after, values, open }: ValuesQuestion): ValuesComparison {
  const strange = strangers(values, after, new Set(open), []);
  const [gone, never] = split(strange, (path) => before !== undefined && has(before, path));
  const defaults = leaves(after, []);
  const known = before ?? after;
  return {
    removed: gone,
    unknown: never,
    mismatched: mismatches(values, after, []),
    changed: defaults
      .filter(({ path, value }) => has(known, path) && !same(valueAt(known, path), value))
      .filter(({ path }) => !has(values, path))
      .map(({ path, value }) => ({ path, before: valueAt(known, path), after: value })),
    added: defaults.filter(({ path }) => !has(known, path)).map(({ path }) => path),
  };
}

/** Every path of a tree that ends in a value, its keys joined by dots. */
export const pathsIn = (tree: Values): readonly string[] =>
  leaves(tree, []).map(({ path }) => path.join("."));

const has = (tree: unknown, path: ValuePath): boolean =>
  isMap(valueAt(tree, path.slice(0, -1))) &&
  Object.hasOwn(valueAt(tree, path.slice(0, -1)) as Values, path.at(-1) ?? "");

function strangers(
  values: Values,
  chart: unknown,
  open: ReadonlySet<string>,
  path: ValuePath,
): readonly ValuePath[] {
  if (!isMap(chart) || Object.keys(chart).length === 0 || open.has(path.join("."))) return [];
  return Object.entries(values).flatMap(([key, value]) => {
    if (!Object.hasOwn(chart, key)) return [[...path, key]];
    return isMap(value) ? strangers(value, chart[key], open, [...path, key]) : [];
  });
}

function mismatches(values: Values, chart: Values, path: ValuePath): readonly ValuePath[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const inside = chart[key];
    if (!isMap(inside) || value === null) return [];
    return isMap(value) ? mismatches(value, inside, [...path, key]) : [[...path, key]];
  });
}

function leaves(
  tree: Values,
  path: ValuePath,
): readonly { readonly path: ValuePath; readonly value: unknown }[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0
      ? leaves(value, [...path, key])
      : [{ path: [...path, key], value }],
  );
}

const split = <T>(items: readonly T[], test: (item: T) => boolean): readonly [T[], T[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
];

function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (!isMap(one) || !isMap(other)) return Object.is(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}
