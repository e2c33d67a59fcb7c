import { isDeepStrictEqual } from "node:util";
import type { ChangeKind, DiffAnswer } from "../protocol/handlers";
import { hasUnknown, isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { defaultsIn, withoutNotes } from "./check";
import { asList, settled, settledBlock, type Field, type Fields } from "./fields";

type Bare = "add" | "update" | "delete";
type Changes = readonly (readonly [path: string, kind: Bare])[];

/** How a kind of resource is replaced. */
export interface Replacing {
  /** The old one goes first, always. */
  readonly deleteFirst: boolean;
  /** It has a name that two cannot share: the old one goes first if the name was given. */
  readonly autonamed: boolean;
}

/**
 * Compares what is known of the live resource with new inputs. What Docker chose where nobody asked is no change; a property that holds its default, or
 * nothing of its kind, is as one that is absent.
 *
 * Source: hashicorp/terraform-plugin-sdk@v2 (helper/schema/schema.go, diffString and diffSet);
 * pulumi/pulumi-terraform-bridge@v3.137.0:pkg/tfbridge/{provider.go (Diff), detailed_diff.go}.
 */
export function compare(
  olds: PropertyMap,
  news: PropertyMap,
  fields: Fields,
  { deleteFirst, autonamed }: Replacing,
  ignoreChanges: readonly string[] = [],
): DiffAnswer {
  const wanted = withoutNotes(news);
  const found = Object.entries(fields)
    .filter(([key, { output }]) => output !== true && !ignoreChanges.includes(key))
    .flatMap(([key, field]) =>
      changesOf(key, field, olds[key], wanted[key]).map(([path, kind]) => ({
        key,
        path,
        kind,
        field,
      })),
    );
  const replaced = found.filter(({ field }) => field.replaces === true);
  const named = autonamed && !defaultsIn(news).includes("name");
  return {
    changes: found.length > 0,
    replaces: unique(replaced.map(({ key }) => key)),
    diffs: unique(found.map(({ key }) => key)),
    deleteBeforeReplace: replaced.length > 0 && (deleteFirst || named),
    detailedDiff: Object.fromEntries(
      found.map(({ path, kind, field }) => [
        path,
        { kind: (field.replaces === true ? `${kind}-replace` : kind) satisfies ChangeKind },
      ]),
    ),
  };
}

function changesOf(
  key: string,
  field: Field,
  old: PropertyValue | undefined,
  wanted: PropertyValue | undefined,
): Changes {
  if (hasUnknown(wanted)) return [[key, isNothing(old) ? "add" : "update"]];
  if (isNothing(wanted) && field.computed === true) return [];
  const [before, after] = [settled(field, old), settled(field, wanted)];
  if (isDeepStrictEqual(before, after) || field.same?.(before, after) === true) return [];
  // What comes or goes as a whole is one change, whatever it holds.
  if (isNothing(wanted)) return [[key, "delete"]];
  if (isNothing(old)) return [[key, "add"]];
  switch (field.form) {
    case "text":
    case "number":
    case "flag":
      return [[key, "update"]];
    case "map":
      return mapChanges(key, asMap(before), asMap(after));
    case "block":
      return blockChanges(key, field, before, after);
    case "list":
    case "blocks":
      return listChanges(key, asList(before), asList(after));
    case "set":
    case "blockSet":
      return setChanges(key, field, asList(old), asList(wanted));
  }
}

const isNothing = (value: PropertyValue | undefined): boolean =>
  value === undefined || value === null;

const asMap = (value: PropertyValue): PropertyMap => (isMap(value) ? value : {});

function mapChanges(at: string, olds: PropertyMap, news: PropertyMap): Changes {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return keys.flatMap((key) => one(at, key, olds[key], news[key]));
}

function one(
  at: string,
  key: string,
  old: PropertyValue | undefined,
  wanted: PropertyValue | undefined,
): Changes {
  if (isDeepStrictEqual(old, wanted)) return [];
  const path = /^[A-Za-z_]\w*$/.test(key) ? `${at}.${key}` : `${at}[${JSON.stringify(key)}]`;
  return [[path, old === undefined ? "add" : wanted === undefined ? "delete" : "update"]];
}

/** A whole block that comes or goes is one change, else each of its properties. */
function blockChanges(
  key: string,
  { inner = {} }: Field,
  old: PropertyValue,
  wanted: PropertyValue,
): Changes {
  if (!isMap(old)) return [[key, "add"]];
  if (!isMap(wanted)) return [[key, "delete"]];
  return Object.entries(inner).flatMap(([name, field]) =>
    changesOf(`${key}.${name}`, field, old[name], wanted[name]),
  );
}

function listChanges(
  key: string,
  olds: readonly PropertyValue[],
  news: readonly PropertyValue[],
): Changes {
  const longer = olds.length > news.length ? olds : news;
  return longer.flatMap((_, index): Changes => {
    const [old, wanted] = [olds[index], news[index]];
    if (isDeepStrictEqual(old, wanted)) return [];
    const kind = old === undefined ? "add" : wanted === undefined ? "delete" : "update";
    return [[`${key}[${index}]`, kind]];
  });
}

/**
 * An element is at the place that it has in its own list. One that comes and says not all of its block is not found among what was asked for: then the whole
 * property has changed.
 */
function setChanges(
  key: string,
  field: Field,
  olds: readonly PropertyValue[],
  news: readonly PropertyValue[],
): Changes {
  const form = (value: PropertyValue): string =>
    JSON.stringify(field.inner === undefined ? value : settledBlock(field, value));
  const [before, after] = [new Set(olds.map(form)), new Set(news.map(form))];
  const gone = places(olds, (value) => !after.has(form(value)));
  const come = places(news, (value) => !before.has(form(value)));
  if (come.some((index) => !isWhole(field, news[index]!))) return [[key, "update"]];
  return [...new Set([...gone, ...come])].map((index) => {
    const kind = !gone.includes(index) ? "add" : !come.includes(index) ? "delete" : "update";
    return [`${key}[${index}]`, kind] as const;
  });
}

const isWhole = ({ inner = {} }: Field, value: PropertyValue): boolean =>
  !isMap(value) || Object.keys(inner).every((name) => !isNothing(value[name]));

const places = (
  values: readonly PropertyValue[],
  isOne: (value: PropertyValue) => boolean,
): readonly number[] => values.flatMap((value, index) => (isOne(value) ? [index] : []));

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
