import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { once } from "../../upgrade/once";
import { isMap, type ValuePath, type Values } from "../../upgrade/values";

/** One value that a chart's schema refuses, by its place: it may be a secret, so that it is not in here. */
export interface ValueFault {
  readonly path: ValuePath;
  readonly kind: "unknown" | "missing" | "other";
  /** What the schema wants, in words. */
  readonly expected: string;
  /** Keys that the schema knows at the place of one that it does not. */
  readonly known: readonly string[];
}

/** What the schema of a chart says about the values that the chart is given. */
export type ValuesCheck =
  | { readonly kind: "checked"; readonly faults: readonly ValueFault[] }
  /** The chart brings no schema. */
  | { readonly kind: "none" }
  /** It cannot be used here: Helm alone checks by it. */
  | { readonly kind: "unusable"; readonly reason: string };

/**
 * Holds values against the schema of a chart, all faults at once. As Helm does it judges what the templates get: the chart's defaults with the operator's values
 * over them, of which null takes a default away.
 *
 * @param schema - as `readChartValues` gives it
 */
export async function checkValues(
  schema: unknown,
  { defaults, values }: { readonly defaults: Values; readonly values: Values },
): Promise<ValuesCheck> {
  if (schema === undefined) return { kind: "none" };
  if (!isMap(schema)) return { kind: "unusable", reason: "it is no object" };
  try {
    const validate = await compiled(schema);
    const faults = validate(over(defaults, values)) ? [] : (validate.errors ?? []);
    return { kind: "checked", faults: faultsOf(faults, schema) };
  } catch (error) {
    return { kind: "unusable", reason: error instanceof Error ? error.message : String(error) };
  }
}

const OPTIONS: Options = {
  allErrors: true,
  logger: false,
  // Helm's own validators take what they do not know as said by nobody, and patterns without the rules for Unicode.
  strict: false,
  unicodeRegExp: false,
  validateFormats: false,
  // Its own name for the language may be one that no library knows: https where http is the name.
  validateSchema: false,
  // Each is asked once or twice: what would make it faster takes longer than that.
  code: { optimize: false },
};

/** Gateways of one stack mostly have one chart, and to read a schema takes longer than to ask it. */
const compiled = once(async ({ $schema: dialect, ...rules }: Values): Promise<ValidateFunction> =>
  (await validator(dialect)).compile(rules),
);

/** The validator of a schema's dialect; drafts up to 7 are read as 7, and so is one without a name. */
async function validator(dialect: unknown) {
  const name = typeof dialect === "string" ? dialect : "";
  if (name.includes("2020-12")) return new (await import("ajv/dist/2020")).Ajv2020(OPTIONS);
  if (name.includes("2019-09")) return new (await import("ajv/dist/2019")).Ajv2019(OPTIONS);
  return new (await import("ajv")).Ajv(OPTIONS);
}

function over(defaults: Values, values: Values): Values {
  const merged = Object.entries(values).flatMap(([key, value]) => {
    if (value === null) return [];
    if (!isMap(value)) return [[key, value] as const];
    const own = defaults[key];
    return [[key, over(isMap(own) ? own : {}, value)] as const];
  });
  const kept = Object.entries(defaults).filter(([key]) => !Object.hasOwn(values, key));
  return Object.fromEntries([...kept, ...merged]);
}

/** Of a choice only what its branches want is told, in one fault a place. */
function faultsOf(errors: readonly ErrorObject[], rules: Values): readonly ValueFault[] {
  const faults = new Map<string, ValueFault>();
  const choices = new Set(["anyOf", "oneOf", "if"]);
  const told = errors.filter(({ keyword }) => !choices.has(keyword));
  for (const error of told.length > 0 ? told : errors) {
    const fault = faultOf(error, rules);
    const key = JSON.stringify([fault.kind, fault.path]);
    const before = faults.get(key);
    const expected =
      before === undefined || before.expected === fault.expected
        ? fault.expected
        : `${before.expected}, or ${fault.expected}`;
    faults.set(key, { ...fault, expected });
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject, rules: Values): ValueFault {
  const path = keysOf(error.instancePath);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const key = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      const known = knownAt(rules, error.schemaPath);
      const at = [...path, key];
      return { path: at, kind: "unknown", expected: oneOf(known), known };
    }
    case "required": {
      const at = [...path, String(params["missingProperty"])];
      return { path: at, kind: "missing", expected: "a value", known: [] };
    }
    default:
      return {
        path,
        kind: "other",
        expected: inWords(error.keyword, params, error.message),
        known: [],
      };
  }
}

/** Names that one line lists; the others are counted. */
const LISTED = 8;

function oneOf(names: readonly string[]): string {
  if (names.length === 0) return "no such key";
  const more = names.length - LISTED;
  return `one of ${names.slice(0, LISTED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "a map",
  string: "a text",
};

function inWords(
  keyword: string,
  params: Readonly<Record<string, unknown>>,
  message = "another value",
): string {
  switch (keyword) {
    case "type":
      return [params["type"]]
        .flat()
        .map((type) => TYPES[String(type)] ?? String(type))
        .join(" or ");
    case "enum":
      return `one of ${(params["allowedValues"] as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
    case "const":
      return JSON.stringify(params["allowedValue"]);
    case "minimum":
      return `at least ${String(params["limit"])}`;
    case "maximum":
      return `at most ${String(params["limit"])}`;
    case "pattern":
      return `a text that matches ${String(params["pattern"])}`;
    default:
      return message.replace(/^must (be )?/, "");
  }
}

/** Keys that a schema names beside the rule that refuses others. */
function knownAt(rules: Values, schemaPath: string): readonly string[] {
  const around = keysOf(decodeURIComponent(schemaPath.replace(/^#/, ""))).slice(0, -1);
  const properties = below(around.reduce<unknown>(below, rules), "properties");
  return isMap(properties) ? Object.keys(properties) : [];
}

const below = (tree: unknown, key: string): unknown =>
  Array.isArray(tree)
    ? (tree as readonly unknown[])[Number(key)]
    : isMap(tree)
      ? tree[key]
      : undefined;

/** The keys of a JSON pointer. */
const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
