import { closest } from "fastest-levenshtein";
import { z } from "zod";

/** One thing that is wrong with a stack file. Never holds a secret value. */
export interface Fault {
  /** `gateways:smoltbot.kubernetes.context` */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Keys of the stack file, beside those of the products, that hold secrets. Values below them are never shown. */
export const SECRET_KEYS: readonly string[] = ["instanceSecrets"];

/**
 * All faults of a value that did not fit its schema, in the order of the schema.
 *
 * @param hidden - further keys below which no value is shown
 */
export function faultsOf(
  error: z.ZodError,
  value: unknown,
  schema: z.ZodType,
  hidden: readonly string[] = [],
): Fault[] {
  const jsonSchema = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const secret = new Set<PropertyKey>([...SECRET_KEYS, ...hidden]);
  return error.issues.flatMap((issue) => faultsOfIssue(issue, value, jsonSchema, secret));
}

function faultsOfIssue(
  issue: Issue,
  value: unknown,
  schema: JsonSchema,
  secret: ReadonlySet<PropertyKey>,
): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...issue.path, key], knownKeys(schema, issue.path)));
  }
  const at = place(issue.path);
  const found = describe(valueAt(value, issue.path), issue.path, secret);
  const expected = expectation(issue);
  const fix = `${found === "nothing" ? "add it" : "change it"} in the stack file`;
  return [{ at, found, expected, fix }];
}

function unknownKey(path: Path, known: readonly string[]): Fault {
  const key = String(path.at(-1));
  const guess = known.length > 0 ? closest(key, known) : undefined;
  return {
    at: place(path),
    found: "a key that this program does not know",
    expected: known.length > 0 ? `one of ${known.join(", ")}` : "no such key",
    fix: guess === undefined ? "remove it" : `remove it, or write ${guess} if that was meant`,
  };
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_union") {
    return issue.errors
      .flatMap((branch) => branch.slice(0, 1).map(expectation))
      .filter((text, index, all) => all.indexOf(text) === index)
      .join("; or ");
  }
  if (issue.code === "invalid_key") return issue.issues.map(expectation).join(", ");
  const text = issue.message.replace(/^Invalid input: expected /, "").replace(/, received .*$/, "");
  return text.replace(/^Too (small|big): expected /, "a ");
}

/** Config keys as the stack file writes them: the first with its namespace, the others behind dots. */
function place(path: Path): string {
  return path.length === 0 ? "gateways" : `gateways:${path.map(String).join(".")}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function describe(value: unknown, path: Path, secret: ReadonlySet<PropertyKey>): string {
  if (value === undefined) return "nothing";
  if (path[0] !== undefined && secret.has(path[0])) return "a secret that is not shown";
  if (typeof value === "number") return `the number ${String(value)}`;
  // A URL may hold a password where none belongs.
  return JSON.stringify(value).replaceAll(/\/\/[^\s"]*@/g, "//...@");
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly unknown[] | undefined;
}

/** Keys that the schema knows at this path; of a choice, those of all its branches. */
function knownKeys(schema: unknown, path: Path): string[] {
  const node = schema as JsonSchema;
  if (node.anyOf) return [...new Set(node.anyOf.flatMap((branch) => knownKeys(branch, path)))];
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(node.properties ?? {});
  const inner = node.properties?.[String(key)];
  return inner === undefined ? [] : knownKeys(inner, rest);
}
