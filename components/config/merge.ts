/** A tree of settings: objects below objects, and values at their ends. */
export type Tree = Readonly<Record<string, unknown>>;

/** Objects are merged key by key; of anything else the second wins. */
export function merge(first: Tree, second: Tree): Tree {
  const merged = Object.entries(second).map(([key, value]) => {
    const below = first[key];
    return [key, isTree(below) && isTree(value) ? merge(below, value) : value];
  });
  return { ...first, ...(Object.fromEntries(merged) as Tree) };
}

export const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);
