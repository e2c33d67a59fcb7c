import { isDeepStrictEqual } from "node:util";

import type { ChangeKind, DiffAnswer } from "../protocol/handlers";
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../protocol/values";

type Changes = readonly (readonly [path: string, kind: ChangeKind])[];

/**
 * Compares inputs, path by path; adding or removing `triggers` as a whole forces a replacement.
 * A change inside of `triggers` is an update to the plugin: the SDK asks the engine to replace.
 *
 * Source: pulumi/pulumi-go-provider@v1.3.0:infer/resource.go (diff);
 * pulumi/pulumi-command@v1.2.1:sdk/nodejs/local/command.ts (replaceOnChanges).
 */
export function compareInputs(
  olds: PropertyMap,
  news: PropertyMap,
  ignoreChanges: readonly string[],
): DiffAnswer {
  const kept = Object.entries(news).filter(([key]) => key !== "version" && !key.startsWith("__"));
  const ignored = ignoreChanges.flatMap((key) =>
    olds[key] === undefined ? [] : [[key, olds[key]]],
  );
  const wanted = Object.fromEntries([...kept, ...ignored]) as PropertyMap;
  const changes = mapChanges("", olds, wanted).map(
    ([path, kind]) => [path, path === "triggers" ? asReplace(kind) : kind] as const,
  );
  return {
    changes: changes.length > 0,
    replaces: heads(changes.filter(([, kind]) => kind.endsWith("-replace"))),
    diffs: heads(changes),
    detailedDiff: Object.fromEntries(changes.map(([path, kind]) => [path, { kind }])),
  };
}

function mapChanges(at: string, olds: PropertyMap, news: PropertyMap): Changes {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return keys.flatMap((key) => valueChanges(join(at, key), olds[key], news[key]));
}

function valueChanges(
  path: string,
  old: PropertyValue | undefined,
  wanted: PropertyValue | undefined,
): Changes {
  if (isDeepStrictEqual(old, wanted)) return [];
  if (old === undefined) return [[path, "add"]];
  if (wanted === undefined) return [[path, "delete"]];
  if (isSecret(old) || isSecret(wanted)) return [[path, "update"]];
  if (Array.isArray(old) && Array.isArray(wanted)) return listChanges(path, old, wanted);
  if (isMap(old) && isMap(wanted)) return mapChanges(path, old, wanted);
  return [[path, "update"]];
}

function listChanges(
  path: string,
  olds: readonly PropertyValue[],
  news: readonly PropertyValue[],
): Changes {
  const longer = olds.length > news.length ? olds : news;
  return longer.flatMap((_, index) => valueChanges(`${path}[${index}]`, olds[index], news[index]));
}

// The engine's summary line wants top-level properties: `environment`, not `environment.V`.
function heads(changes: Changes): readonly string[] {
  return [...new Set(changes.map(([path]) => path.replace(/[.[].*$/s, "")))];
}

function asReplace(kind: ChangeKind): ChangeKind {
  return kind.endsWith("-replace") ? kind : (`${kind}-replace` as ChangeKind);
}

function join(at: string, key: string): string {
  const simple = /^[a-zA-Z_$][a-zA-Z0-9_$]*$/.test(key);
  if (!simple) return `${at}[${JSON.stringify(key)}]`;
  return at === "" ? key : `${at}.${key}`;
}
