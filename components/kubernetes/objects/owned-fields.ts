import { isMap } from "../../upgrade/values";

/**
 * Fields of an object as Kubernetes keeps them: `f:name` for a key, `k:{"name":"x"}` for an item of a list, `v:` for a plain item,
 * `.` for the item itself.
 *
 * Source: sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go.
 */
export interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** One who has written an object, and which of its fields are his. */
export interface FieldOwner {
  /** `kubectl-edit`, `helm`, `pulumi-kubernetes-1a2b3c4d`, ... */
  readonly manager: string;
  /** `status` or `scale` where it wrote through that, else "". */
  readonly subresource: string;
  readonly fields: FieldSet;
}

/** A field that is owned by somebody, as it should be and as it is. */
export interface OwnedField {
  /** Keys as in a {@link FieldSet}, from the root. */
  readonly keys: readonly string[];
  /** `spec.template.spec.containers[gateway].image` */
  readonly path: string;
  /** Undefined if nobody wants it. */
  readonly wanted: unknown;
  readonly live: unknown;
}

/**
 * The fields of a set, each with its values in two trees. What the wanted tree does not have is named once, at its root: an added
 * variable and not each part of it.
 */
export function ownedFields(
  fields: FieldSet,
  wanted: unknown,
  live: unknown,
): readonly OwnedField[] {
  return walk(fields, { keys: [], path: "", wanted, live });
}

function walk(fields: FieldSet, here: OwnedField): readonly OwnedField[] {
  const keys = Object.keys(fields).filter((key) => key !== ".");
  if (keys.length === 0 || (here.wanted === undefined && here.keys.length > 1)) return [here];
  return keys.flatMap((key) => walk(fields[key] ?? {}, below(here, key)));
}

function below({ keys, path, wanted, live }: OwnedField, key: string): OwnedField {
  const name = key.slice(2);
  const step = { keys: [...keys, key] };
  if (key.startsWith("f:")) {
    const word = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
    return {
      ...step,
      path: path === "" ? word : `${path}.${word}`,
      wanted: valueOf(wanted, name),
      live: valueOf(live, name),
    };
  }
  const id = JSON.parse(name) as unknown;
  const label = isMap(id) ? Object.values(id).join("/") : String(id);
  return { ...step, path: `${path}[${label}]`, wanted: itemOf(wanted, id), live: itemOf(live, id) };
}

/** True if the set holds the field, or all below which it lies. */
export function ownsField(fields: FieldSet, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return true;
  const inner = fields[key];
  if (inner === undefined) return false;
  return Object.keys(inner).length === 0 || ownsField(inner, rest);
}

/** The set without every field of that name, and without what is left empty by that. */
export function withoutField(fields: FieldSet, name: string): FieldSet {
  const kept = Object.entries(fields).flatMap(([key, inner]) => {
    if (key === `f:${name}`) return [];
    const rest = withoutField(inner, name);
    const emptied = Object.keys(inner).length > 0 && Object.keys(rest).every((one) => one === ".");
    return emptied ? [] : [[key, rest] as const];
  });
  return Object.fromEntries(kept);
}

const valueOf = (tree: unknown, key: string): unknown => (isMap(tree) ? tree[key] : undefined);

/** The item of a list by its key fields; one that leaves a key field to its default is found by the others. */
function itemOf(list: unknown, id: unknown): unknown {
  if (!Array.isArray(list)) return undefined;
  const items = list as readonly unknown[];
  if (!isMap(id)) return items.find((item) => item === id);
  return items.find(
    (item) =>
      isMap(item) &&
      Object.entries(id).every(([key, value]) => !(key in item) || item[key] === value) &&
      Object.keys(id).some((key) => key in item),
  );
}
