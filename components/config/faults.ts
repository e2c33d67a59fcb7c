import { z } from "zod";
import { elsewhere, guessOf, keysAt, type Known, type Path, type SchemaNode } from "./known-keys";
import { versionFix } from "./words";

/** One thing that is wrong with a stack file. Never holds a secret value. */
export interface Fault {
  /** `gateways:smoltbot.kubernetes.context` */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

type Issue = z.core.$ZodIssue;

/** Keys of the stack file, beside those of the products, that hold secrets. Values below them are never shown. */
export const SECRET_KEYS: readonly string[] = ["instanceSecrets"];

/** What the faults of a value are told from. */
interface Asked {
  readonly value: unknown;
  readonly schema: SchemaNode;
  readonly secret: ReadonlySet<PropertyKey>;
}

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
  const node = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as SchemaNode;
  const asked = { value, schema: node, secret: new Set([...SECRET_KEYS, ...hidden]) };
  return error.issues.flatMap((issue) => faultsOfIssue(issue, asked, { node, at: [] }));
}

function faultsOfIssue(issue: Issue, asked: Asked, known: Known): readonly Fault[] {
  const { path } = issue;
  const value = valueAt(asked.value, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], known, asked.schema));
  if (issue.code === "invalid_union") {
    const meant = branchOf(issue, value, known);
    if (meant !== undefined)
      return meant.issues.flatMap((one) => faultsOfIssue(one, asked, meant.known));
  }
  const expected = expectation(issue, known);
  const at = place(path);
  if (issue.code === "invalid_key")
    return [
      { at, found: `the name "${String(path.at(-1))}"`, expected, fix: "write another name" },
    ];
  const isHidden = path[0] !== undefined && asked.secret.has(path[0]) && value !== undefined;
  return [
    {
      at,
      found: isHidden ? "a secret that is not shown" : describe(value, path),
      expected,
      fix: isHidden ? "change it in the stack file" : fixOf(issue, value, expected),
    },
  ];
}

/** A key that the schema does not know: with the one that was meant, or the place at which there is such a key. */
function unknownKey(path: Path, known: Known, schema: SchemaNode): Fault {
  const keys = keysAt(known, path.slice(0, -1));
  const there = elsewhere(path, schema);
  if (there !== undefined && place(there) === place(path))
    return {
      at: place(path),
      ...strangeKey(keys),
      found: "a key that does not go with the others",
    };
  const meant = guessOf(String(path.at(-1)), keys) ?? (there && place(there));
  return { at: place(path), ...strangeKey(keys, meant) };
}

/** What is said of a key that nothing reads. @param meant - the one that was meant, as far as anybody can tell */
export const strangeKey = (known: readonly string[], meant?: string): Omit<Fault, "at"> => ({
  found: "a key that this program does not know",
  expected: known.length > 0 ? `one of ${known.join(", ")}` : "no such key",
  fix: meant === undefined ? "remove it" : `remove it, or write ${meant} if that was meant`,
});

type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

/** The branch of a choice that was meant: the one with most of the keys that are there, and then with the fewest that are not its own. */
function branchOf(
  { errors, path }: UnionIssue,
  value: unknown,
  known: Known,
): { readonly issues: readonly Issue[]; readonly known: Known } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const branches = errors.flatMap((issues, index) => {
    if (issues.some((one) => one.path.length === 0 && one.code !== "unrecognized_keys")) return [];
    const node = branchAt(known, path, index);
    const strange = issues.flatMap((one) =>
      one.code === "unrecognized_keys" && one.path.length === 0 ? one.keys : [],
    ).length;
    return [{ issues, node, strange, own: Object.keys(value).length - strange }];
  });
  const [meant] = branches
    .filter(({ own }) => own > 0)
    .sort((a, b) => b.own - a.own || a.issues.length - b.issues.length);
  return (
    meant && {
      // Of an inner one, zod says the path from the choice on.
      issues: meant.issues.map((one) => ({ ...one, path: [...path, ...one.path] })),
      known: meant.node === undefined ? known : { node: meant.node, at: path },
    }
  );
}

/** What the JSON Schema has for one branch of a choice. */
function branchAt({ node, at }: Known, path: Path, index: number): SchemaNode | undefined {
  const choice = path
    .slice(at.length)
    .reduce<SchemaNode | undefined>((inner, key) => inner?.properties?.[String(key)], node);
  return choice?.anyOf?.[index];
}

function expectation(issue: Issue, known: Known): string {
  if (issue.code === "invalid_union") {
    const all = issue.errors.flatMap((branch, index) => {
      const node = branchAt(known, issue.path, index);
      const keys = Object.keys(node?.properties ?? {});
      if (keys.length > 0) return [below(keys)];
      return branch.slice(0, 1).map((one) => expectation(one, known));
    });
    return [...new Set(all)].join("; or ");
  }
  if (issue.code === "invalid_key")
    return issue.issues.map((one) => expectation(one, known)).join(", ");
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    const keys = keysAt(known, issue.path);
    if (issue.expected === "object") return keys.length === 0 ? "keys below it" : below(keys);
    if (issue.expected === "record") return "names below it, each with what it stands for";
    if (issue.expected === "array") return "a list";
  }
  const text = issue.message.replace(/^Invalid input: expected /, "").replace(/, received .*$/, "");
  return text.replace(/^Too (small|big): expected /, "a ");
}

const below = (keys: readonly string[]): string => `keys below it: ${keys.join(", ")}`;

/** What to do about a value that is not the right one. */
function fixOf(issue: Issue, value: unknown, expected: string): string {
  const type = issue.code === "invalid_type" ? issue.expected : undefined;
  if (value === undefined) return "add it in the stack file";
  if (isEmpty(value) && isOfKeys(type))
    return "write what belongs below it, each line indented further than this one, or remove it";
  if (Array.isArray(value) && isOfKeys(type)) return "write its keys without dashes";
  if (type === "array") return "write each entry on a line of its own, behind a dash";
  return versionFix(value, expected) ?? quotesFix(value, type) ?? "change it in the stack file";
}

const isOfKeys = (type: string | undefined): boolean => type === "object" || type === "record";

/** YAML takes a text without quotes for a number, and a number in quotes for a text. */
function quotesFix(value: unknown, type: string | undefined): string | undefined {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `write it in quotes: "${String(value)}"`;
  if (typeof value !== "string") return undefined;
  if (type === "number" && /^-?\d+(\.\d+)?$/.test(value))
    return `write it without quotes: ${value}`;
  if (type === "boolean" && /^(true|false)$/.test(value))
    return `write it without quotes: ${value}`;
  if (type === "boolean" && /^(yes|on|no|off)$/i.test(value))
    return `write ${/^(yes|on)$/i.test(value) ? "true" : "false"}`;
  return undefined;
}

/** Config keys as the stack file writes them: the first with its namespace, the others behind dots. */
export function place(path: Path): string {
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

/** YAML has nothing behind a key whose lines are not indented. */
const isEmpty = (value: unknown): boolean => value === null || value === "";

/** Longest value that is shown whole, in characters. */
const LONGEST = 100;

function describe(value: unknown, path: Path): string {
  if (value === undefined) return "nothing";
  if (value === null) return path.length === 0 ? "nothing" : "nothing behind it";
  if (typeof value === "number") return `the number ${String(value)}`;
  // A URL may hold a password where none belongs.
  const text = JSON.stringify(value).replaceAll(/\/\/[^\s"]*@/g, "//...@");
  return text.length > LONGEST && typeof value === "object"
    ? `${text.slice(0, LONGEST)} ...`
    : text;
}
