import type { ChangeKind } from "../protocol/handlers";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { isList } from "./paths";
import { isSameQuantity } from "./quantity";
import type { RulePath } from "./replace-rules";

/** Differences by property path, as the engine shows them. */
export type PropertyDiffs = ReadonlyMap<
  string,
  { readonly kind: ChangeKind; readonly inputDiff: boolean }
>;

type Path = readonly (string | number)[];

/** The same place seen in the live object, in the inputs that made it and in the new inputs. */
interface Place {
  readonly live: PropertyValue | undefined;
  readonly last: PropertyValue | undefined;
  readonly next: PropertyValue | undefined;
}

type Report = (path: Path, kind: "add" | "update" | "delete", value: PropertyValue) => void;

/**
 * Compares the live object (cut to the shape of its inputs) with new inputs, property by property. A
 * property that a rule names, that holds one or that lies in one, is marked as forcing a replacement.
 * @param last inputs that made the live object: an empty value that the server dropped then is no
 *   difference now
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (convertPatchToDiff)
 */
export function diffProperties(
  live: PropertyMap,
  last: PropertyMap,
  next: PropertyMap,
  rules: readonly RulePath[],
): PropertyDiffs {
  const found = new Map<string, { readonly kind: ChangeKind; readonly inputDiff: boolean }>();
  compareMaps([], { live, last, next }, (path, kind, value) => {
    const isForced = rules.some((rule) => touches(rule, path, value));
    found.set(printPath(path), {
      kind: isForced ? `${kind}-replace` : kind,
      inputDiff: kind === "delete",
    });
  });
  return found;
}

function compareMaps(path: Path, place: Place, report: Report): void {
  const maps = { live: asMap(place.live), last: asMap(place.last), next: asMap(place.next) };
  for (const key of new Set([...Object.keys(maps.live), ...Object.keys(maps.next)])) {
    const inner = { live: maps.live[key], last: maps.last[key], next: maps.next[key] };
    compare([...path, key], inner, report);
  }
}

function compareLists(path: Path, place: Place, report: Report): void {
  const lists = { live: asList(place.live), last: asList(place.last), next: asList(place.next) };
  for (let i = 0; i < Math.max(lists.live.length, lists.next.length); i += 1) {
    compare(
      [...path, i],
      { live: lists.live[i], last: lists.last[i], next: lists.next[i] },
      report,
    );
  }
}

function compare(path: Path, place: Place, report: Report): void {
  const { live, last, next } = place;
  if (next === undefined) {
    if (live !== undefined && live !== null) report(path, "delete", null);
  } else if (next === null) {
    if (live !== null) report(path, "delete", null);
  } else if (live === undefined || live === null) {
    if (last === undefined || !isEmpty(next) || !isEmpty(last)) report(path, "add", next);
  } else if (isMap(live) && isMap(next)) {
    compareMaps(path, place, report);
  } else if (isList(live) && isList(next)) {
    compareLists(path, place, report);
  } else if (live !== next && !isSameQuantity(printPath(path), live, next)) {
    report(path, "update", next);
  }
}

function asMap(value: PropertyValue | undefined): PropertyMap {
  return isMap(value) ? value : {};
}

function asList(value: PropertyValue | undefined): readonly PropertyValue[] {
  return isList(value) ? value : [];
}

// The server leaves some empty values out of what it stores; the official provider knows each type and
// drops them on both sides. Here the last inputs tell: what was empty then and is not live was left out.
function isEmpty(value: PropertyValue): boolean {
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === null || value === "" || value === false || value === 0;
}

// A rule matches a change inside its field, and a change of a whole that brings its field along.
function touches(rule: RulePath, path: Path, value: PropertyValue): boolean {
  const shared = Math.min(rule.length, path.length);
  for (let index = 0; index < shared; index += 1) {
    const place = path[index];
    const isMatch = typeof place === "number" ? rule[index] === "*" : rule[index] === place;
    if (!isMatch) return false;
  }
  return rule.length <= path.length || holds(value, rule.slice(path.length));
}

function holds(value: PropertyValue | undefined, rule: RulePath): boolean {
  const [key, ...rest] = rule;
  if (key === undefined) return value !== undefined;
  if (key === "*") return isList(value) && value.some((item) => holds(item, rest));
  return isMap(value) && value[key] !== undefined && holds(value[key], rest);
}

function printPath(path: Path): string {
  return path.reduce<string>((text, place) => {
    if (typeof place === "number") return `${text}[${place}]`;
    if (/[."[\]]/.test(place)) return `${text}["${place.replaceAll('"', '\\"')}"]`;
    return text === "" ? place : `${text}.${place}`;
  }, "");
}
