/** A tree of settings, as YAML and JSON have them. */
export type Values = Readonly<Record<string, unknown>>;

/** Keys from the root: `["image", "tag"]`. */
export type ValuePath = readonly string[];

/** True for a map of YAML or JSON: neither a list nor null. */
export const isMap = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value under the path, or undefined. */
export const valueAt = (tree: unknown, path: ValuePath): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), tree);
