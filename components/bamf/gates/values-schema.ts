import { closest } from "fastest-levenshtein";
import { asClause } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import { isMap, type ValuePath, type Values } from "../../upgrade/values";
import type { ValueFault, ValuesCheck } from "../../kubernetes/helm/check-values";
import type { Unknown } from "../catalogue";
import { shownPath, shownValue } from "../shown-value";
import type { Translation } from "../translate-values";

const { pass, warn, block } = gate("values-schema");

/** What this gate looks at. */
export interface ValuesSchemaArgs {
  readonly check: ValuesCheck;
  /** How the values came to their names: a fault is told by the name that the stack file has. */
  readonly translation: Translation | Unknown;
  /** The values in the layout of the wanted release, and below them the defaults of the chart. */
  readonly values: Values;
  readonly defaults: Values;
  /** Name and version of the chart: `bamf 0.11.0`. */
  readonly chart: string;
  /** Config path of the values. */
  readonly at: string;
  /** Config path of the chart. */
  readonly chartAt: string;
}

/**
 * Lets nothing begin with values that the schema of the target chart refuses, all of them at once (T-27). Shows no secret.
 */
export function valuesSchema(args: ValuesSchemaArgs): readonly Finding[] {
  const { check, chart, chartAt } = args;
  switch (check.kind) {
    case "none":
      return [
        warn({
          at: chartAt,
          found: `no schema of the values in the chart ${chart}, which ignores a name that it does not know`,
          expected: "a schema that refuses it",
          fix: "compare the names of the values with the chart's own; every chart of BAMF since 0.5.0 has a schema",
        }),
      ];
    case "unusable":
      return [
        warn({
          at: chartAt,
          found: `a schema that this program cannot use, so that Helm alone has checked the values: ${asClause(check.reason)}`,
          expected: "a JSON schema of draft 7, 2019-09 or 2020-12",
          fix: "nothing, if the chart is the vendor's own; else correct its values.schema.json",
        }),
      ];
    case "checked":
      return check.faults.length === 0
        ? [pass({ at: args.at, found: `values that the schema of ${chart} takes` })]
        : check.faults.map((fault) => refused(fault, args));
  }
}

function refused(fault: ValueFault, args: ValuesSchemaArgs): Finding {
  const written = nameInFile(fault, args);
  const name = shownPath(fault.path);
  const elsewhere =
    written === undefined
      ? `; it is ${name}, and the stack file does not set it`
      : written === name
        ? ""
        : `; it becomes ${name}`;
  return block({
    at: written === undefined ? args.chartAt : `${args.at}.${written}`,
    found: `${found(fault, args)}${elsewhere}`,
    expected: fault.expected,
    fix: fixOf(fault, written === undefined),
  });
}

function found({ kind, path }: ValueFault, { values, defaults }: ValuesSchemaArgs): string {
  switch (kind) {
    case "missing":
      return "no value";
    case "unknown":
      return "a name that the schema does not know";
    case "other":
      return `${shownValue(path, valueIn(values, path) ?? valueIn(defaults, path))}, which the schema refuses`;
  }
}

function fixOf({ kind, path, known }: ValueFault, isChart: boolean): string {
  if (isChart && kind !== "missing")
    return "take another chart: its own defaults, or what this program sets, do not fit its schema";
  switch (kind) {
    case "missing":
      return `set ${shownPath(path)}`;
    case "unknown":
      return known.length === 0
        ? "remove it"
        : `remove it, or write ${closest(path.at(-1) ?? "", [...known])} if that was meant`;
    case "other":
      return "change it in the stack file";
  }
}

/** The name by which the stack file sets the value or something in it; undefined if it does not. */
function nameInFile({ kind, path }: ValueFault, { translation }: ValuesSchemaArgs) {
  const name = shownPath(path);
  if (translation.kind === "unknown" || kind === "missing") return name;
  const change = translation.changes.find((one) => {
    const to = one.kind === "moved" ? one.to : one.kind === "left" ? one.from : undefined;
    return to !== undefined && (isWithin(name, to) || isWithin(to, name));
  });
  if (change === undefined) return undefined;
  if (change.kind !== "moved") return name;
  return isWithin(name, change.to) ? change.from : heldBy(change, path);
}

/** True if the first name lies at or below the second. */
const isWithin = (name: string, other: string): boolean =>
  name === other || name.startsWith(`${other}.`);

/** The name in the file of a map in which a value lies that moved with it: `bridge` for `edge.bridge` by bridge.a and edge.bridge.a. */
function heldBy({ from, to }: { readonly from: string; readonly to: string }, path: ValuePath) {
  const under = to.slice(shownPath(path).length);
  return from.endsWith(under) ? from.slice(0, from.length - under.length) : from;
}

/** The value under a path, also in a list. */
const valueIn = (tree: Values, path: ValuePath): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      Array.isArray(value)
        ? (value[Number(key)] as unknown)
        : isMap(value)
          ? value[key]
          : undefined,
    tree,
  );
