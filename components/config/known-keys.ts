import { closest, distance } from "fastest-levenshtein";

/** Keys from the first one of the stack file on, without their namespace. */
export type Path = readonly PropertyKey[];

/** A node of the JSON Schema of a stack file, as far as keys are looked up in it. */
export interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly anyOf?: readonly SchemaNode[] | undefined;
}

/** Where a fault is looked up: a node, and the path at which it stands. */
export interface Known {
  readonly node: SchemaNode;
  readonly at: Path;
}

/** What a schema says below a path: of a choice all its branches, of a list or of free names that of their values. */
function nodesAt(node: unknown, path: Path): readonly SchemaNode[] {
  if (typeof node !== "object" || node === null) return [];
  const { anyOf, properties, items, additionalProperties } = node as SchemaNode;
  if (anyOf !== undefined) return anyOf.flatMap((branch) => nodesAt(branch, path));
  const [key, ...rest] = path;
  if (key === undefined) return [node];
  return nodesAt(properties?.[String(key)] ?? items ?? additionalProperties, rest);
}

/** Keys that a schema knows below a path. */
export const keysAt = ({ node, at }: Known, path: Path): readonly string[] => [
  ...new Set(
    nodesAt(node, path.slice(at.length)).flatMap(({ properties }) => Object.keys(properties ?? {})),
  ),
];

/** The one of some names that was meant by another one; undefined if none is near. */
export function guessOf(key: string, names: readonly string[]): string | undefined {
  const [short, ...others] = names.filter(
    (name) => key.length > 2 && name.toLowerCase().startsWith(key.toLowerCase()),
  );
  if (short !== undefined && others.length === 0) return short;
  const near = names.length === 0 ? undefined : closest(key, [...names]);
  return near !== undefined && distance(key, near) <= Math.max(2, key.length * 0.3)
    ? near
    : undefined;
}

/** How deep a key is looked for below the one at the top: further down it would be another one's. */
const DEEPEST = 2;

/** The path of such a key in the same tree, if there is one: the nearest to the top. Most often it is indented too much, or too little. */
export function elsewhere(path: Path, whole: SchemaNode): Path | undefined {
  const key = String(path.at(-1));
  const isThere = (at: Path): boolean => keysAt({ node: whole, at: [] }, at).includes(key);
  if (isThere(path.slice(0, -1))) return path;
  let places: readonly Path[] = path.length === 1 ? [[]] : [path.slice(0, 1)];
  while (places[0] !== undefined && places[0].length <= DEEPEST) {
    const found = places.find(isThere);
    if (found !== undefined) return [...found, key];
    places = places.flatMap((at) =>
      keysAt({ node: whole, at: [] }, at).map((name) => [...at, name]),
    );
  }
  return isThere([]) ? [key] : undefined;
}
