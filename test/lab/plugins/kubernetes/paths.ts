import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";

/** The value at a path of keys, or undefined where the path leaves the maps. */
export function at(
  value: PropertyValue | undefined,
  ...path: readonly string[]
): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>((v, key) => (isMap(v) ? v[key] : undefined), value);
}

/** The string at a path of keys, or the empty string. */
export function textAt(value: PropertyValue | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path of keys, or zero. */
export function numberAt(value: PropertyValue | undefined, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The map at a path of keys, or an empty one. */
export function mapAt(value: PropertyValue | undefined, ...path: readonly string[]): PropertyMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

/** The maps of the list at a path of keys; none when there is no list. */
export function mapsAt(
  value: PropertyValue | undefined,
  ...path: readonly string[]
): readonly PropertyMap[] {
  const found = at(value, ...path);
  return isList(found) ? found.filter(isMap) : [];
}

/** Tells whether a value is a list. */
export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** A copy with the value at the path set; missing maps on the way are made. */
export function withAt(
  map: PropertyMap,
  path: readonly string[],
  value: PropertyValue,
): PropertyMap {
  const [key, ...rest] = path;
  if (key === undefined) return map;
  return { ...map, [key]: rest.length === 0 ? value : withAt(mapAt(map, key), rest, value) };
}

/** A copy without the value at the path; an absent path changes nothing. */
export function withoutAt(map: PropertyMap, ...path: readonly string[]): PropertyMap {
  const [key, ...rest] = path;
  if (key === undefined || map[key] === undefined) return map;
  if (rest.length === 0) {
    return Object.fromEntries(Object.entries(map).filter(([other]) => other !== key));
  }
  const inner = map[key];
  return isMap(inner) ? { ...map, [key]: withoutAt(inner, ...rest) } : map;
}
