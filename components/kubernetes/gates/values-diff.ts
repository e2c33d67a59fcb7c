import { compareValues } from "../helm/compare-values";
import { valueAt, type ValuePath, type Values } from "../../upgrade/values";
import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";

const { pass, warn, block } = gate("values-diff");

/** What this gate looks at. */
export interface ValuesDiffArgs {
  /** Defaults of the chart that runs; undefined if it is not at hand. */
  readonly before: Values | undefined;
  /** Defaults of the target chart. */
  readonly after: Values;
  /** The operator's own values. */
  readonly values: Values;
  /** Maps that take any key, joined by dots: `secrets.values`. */
  readonly open: readonly string[];
  /** Values that the target release needs and that have no usable default, joined by dots. @defaultValue none */
  readonly required?: readonly string[];
  /** Config path of the values. */
  readonly at: string;
}

/**
 * Lets an upgrade begin only with values that the target chart still reads: a key that it no longer has, or that it needs and
 * nobody sets, is refused; keys that it never had and defaults that change are reported (S-22 to S-24). Shows no value of the operator.
 */
export function valuesDiff({ required = [], at, ...trees }: ValuesDiffArgs): readonly Finding[] {
  const { removed, unknown, mismatched, changed, added } = compareValues(trees);
  const findings = [
    ...removed.map((path) =>
      block({
        at: place(at, path),
        found: "a value that the target chart no longer has",
        expected: "only values that it reads",
        fix: "find its new name in the notes, or remove it",
      }),
    ),
    ...mismatched.map((path) =>
      block({
        at: place(at, path),
        found: "a plain value where the target chart has a map; Helm keeps the map",
        expected: "a map",
        fix: "set the keys below it",
      }),
    ),
    ...required.filter((path) => isBlank(trees, path.split("."))).map((path) => needed(at, path)),
    ...unknown.map((path) =>
      warn({
        at: place(at, path),
        found: "a value that the chart does not name",
        expected: "only values that it reads",
        fix: "check its spelling; a template may read it nevertheless",
      }),
    ),
    ...changed.map(({ path, before, after }) =>
      warn({
        at: place(at, path),
        found: `a default that changes from ${text(before)} to ${text(after)}`,
        expected: "a change that is wanted",
        fix: "set the value to keep what you have",
      }),
    ),
  ];
  return findings.length > 0 ? findings : [pass({ at, found: summary(trees, added) })];
}

const needed = (at: string, path: string): Finding =>
  block({
    at: `${at}.${path}`,
    found: "no value",
    expected: "one; the target release needs it",
    fix: "set it as its notes say",
  });

const summary = (
  { before }: Pick<ValuesDiffArgs, "before">,
  added: readonly ValuePath[],
): string =>
  before === undefined
    ? "values that the target chart has; the defaults before are not at hand"
    : `values that the target chart has, no changed default, ${counted(added.length, "new one")}`;

function isBlank({ after, values }: Pick<ValuesDiffArgs, "after" | "values">, path: ValuePath) {
  const value = valueAt(values, path) ?? valueAt(after, path) ?? "";
  return typeof value === "string" && value.trim() === "";
}

/** Keys that hold dots are quoted, so that the path can be read. */
const place = (at: string, path: ValuePath): string =>
  [at, ...path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key)))].join(".");

const text = (value: unknown): string => {
  const json = value === undefined ? "nothing" : JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}...` : json;
};
