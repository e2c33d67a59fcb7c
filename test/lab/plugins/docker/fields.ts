import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";

/** What a property holds: `set` and `blockSet` have no order. */
export type Form =
  "text" | "number" | "flag" | "list" | "set" | "map" | "block" | "blocks" | "blockSet";

/** A property of a resource, and how the official plugin treats it. */
export interface Field {
  readonly form: Form;
  /** A change of it replaces the resource. @defaultValue false */
  readonly replaces?: boolean;
  /** Whoever does not give it gets what Docker chose, and that is no change. @defaultValue false */
  readonly computed?: boolean;
  /** It is told and never asked for. @defaultValue false */
  readonly output?: boolean;
  /** @defaultValue false */
  readonly required?: boolean;
  /** What it is where nobody gives it. @defaultValue nothing */
  readonly fallback?: PropertyValue;
  /** What a block holds. */
  readonly inner?: Fields;
  /** What its text must look like. */
  readonly pattern?: RegExp;
  /** Whether a difference counts for none. */
  readonly same?: (old: PropertyValue, wanted: PropertyValue) => boolean;
}

/** Properties by name. */
export type Fields = Readonly<Record<string, Field>>;

const NOTHING: Readonly<Record<Form, PropertyValue>> = {
  text: "",
  number: 0,
  flag: false,
  list: [],
  set: [],
  map: {},
  block: null,
  blocks: [],
  blockSet: [],
};

/**
 * The one form in which two values that mean the same are the same: an absent value is its default or nothing, nothing of a kind is its zero, what has no
 * order is sorted.
 */
export function settled(field: Field, value: PropertyValue | undefined): PropertyValue {
  const given = value ?? field.fallback ?? NOTHING[field.form];
  switch (field.form) {
    case "set":
      return [...new Set(asList(given).map(String))].sort();
    case "map":
      return sortedMap(given);
    case "block":
      return isMap(given) ? settledBlock(field, given) : null;
    case "blocks":
      return asList(given).map((one) => settledBlock(field, one));
    case "blockSet":
      return asList(given)
        .map((one) => JSON.stringify(settledBlock(field, one)))
        .sort()
        .map((text) => JSON.parse(text) as PropertyValue);
    default:
      return given;
  }
}

/** One element, with each of its own properties settled. */
export function settledBlock({ inner = {} }: Field, block: PropertyValue): PropertyMap {
  const given = isMap(block) ? block : {};
  return Object.fromEntries(
    Object.entries(inner)
      .filter(([, field]) => field.output !== true)
      .map(([key, field]) => [key, settled(field, given[key])]),
  );
}

const sortedMap = (value: PropertyValue): PropertyMap =>
  isMap(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : {};

/** The elements of a list; anything else has none. */
export const asList = (value: PropertyValue | undefined): readonly PropertyValue[] =>
  Array.isArray(value) ? (value as readonly PropertyValue[]) : [];
