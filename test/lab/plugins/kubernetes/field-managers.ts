import { randomBytes } from "node:crypto";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { annotationOf, annotations } from "./kube-object";
import { at, mapAt, mapsAt, textAt, withAt, withoutAt } from "./paths";
import { parsePropertyPath } from "./ignore-changes";

/** Name under which plain creates are recorded. */
export const createManager = "pulumi-kubernetes";

/**
 * Managers whose fields an update takes over: every one whose name begins so.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/await.go (fixCSAFieldManagers)
 */
const takenOver: readonly { readonly manager: string; readonly operation: string }[] = [
  { manager: "kubectl", operation: "Apply" },
  { manager: "kubectl", operation: "Update" },
  { manager: "before-first-apply", operation: "Update" },
  { manager: "pulumi-kubernetes", operation: "Update" },
  { manager: "pulumi-resource-kubernetes", operation: "Update" },
];

const ownUpdateManagers = [
  "pulumi-kubernetes",
  "pulumi-kubernetes.exe",
  "pulumi-resource-kubernetes",
];

/** The manager of a resource: the annotation's, else the state's, else a new random one. */
export function fieldManagerOf(inputs: PropertyMap, stated: string): string {
  const wanted = annotationOf(inputs, annotations.patchFieldManager) || stated;
  return wanted || `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

function managedFields(live: PropertyMap): readonly PropertyMap[] {
  return mapsAt(live, "metadata", "managedFields");
}

/** True when the object carries fields that only this provider's plain creates own. */
export function hasOwnUpdates(live: PropertyMap): boolean {
  return managedFields(live).some(
    (entry) =>
      entry["operation"] === "Update" && ownUpdateManagers.includes(textAt(entry, "manager")),
  );
}

/** True when the object records no managers at all. */
export function hasNoManagers(live: PropertyMap): boolean {
  return managedFields(live).length === 0;
}

/**
 * The object's managed fields after the manager has taken over those of earlier ways to write the
 * object; undefined when there is nothing to take over.
 */
export function takeOver(live: PropertyMap, manager: string): readonly PropertyMap[] | undefined {
  const isTaken = (entry: PropertyMap): boolean =>
    textAt(entry, "subresource") === "" &&
    takenOver.some(
      (known) =>
        textAt(entry, "manager").startsWith(known.manager) &&
        entry["operation"] === known.operation,
    );
  const isOwn = (entry: PropertyMap): boolean =>
    entry["manager"] === manager &&
    entry["operation"] === "Apply" &&
    textAt(entry, "subresource") === "";
  const entries = managedFields(live);
  const taken = entries.filter((entry) => isTaken(entry) && !isOwn(entry));
  const [first] = taken;
  if (first === undefined) return undefined;
  const owned = [...entries.filter(isOwn), ...taken].map((entry) => mapAt(entry, "fieldsV1"));
  const merged: PropertyMap = {
    ...first,
    manager,
    operation: "Apply",
    fieldsV1: owned.reduce(mergeFields, {}),
  };
  return [...entries.filter((entry) => !taken.includes(entry) && !isOwn(entry)), merged];
}

function mergeFields(one: PropertyMap, other: PropertyMap): PropertyMap {
  const merged: Record<string, PropertyValue> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = merged[key];
    merged[key] = isMap(known) && isMap(value) ? mergeFields(known, value) : value;
  }
  return merged;
}

function owns(entry: PropertyMap, path: readonly string[]): boolean {
  let fields: PropertyValue | undefined = entry["fieldsV1"];
  for (const key of path) {
    fields = isMap(fields) ? fields[`f:${key}`] : undefined;
    if (fields === undefined) return false;
  }
  return true;
}

/**
 * Inputs for server-side apply under `ignoreChanges`: an ignored field of another manager is left out,
 * any other keeps its live value. Paths into lists are sent as they are.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/await.go (handleSSAIgnoreFields)
 */
export function withIgnoredFields(
  inputs: PropertyMap,
  live: PropertyMap,
  ignoreChanges: readonly string[],
  manager: string,
): PropertyMap {
  return ignoreChanges.reduce((sent, ignored) => {
    const path = parsePropertyPath(ignored);
    const owners = managedFields(live).filter((entry) => owns(entry, path));
    const isOurs = owners.some((entry) => entry["manager"] === manager);
    if (owners.length > 0 && !isOurs) return withoutAt(sent, ...path);
    const value = at(live, ...path);
    return value === undefined ? sent : withAt(sent, path, value);
  }, inputs);
}
