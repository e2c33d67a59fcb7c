import { hasUnknown, isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { apiVersionOf, isCrd, isSecretKind } from "./kube-object";
import { at, isList, mapAt, withoutAt } from "./paths";

const readOnlyMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/**
 * Inputs in the form that two equal objects share: text of a Secret is base64 `data`; read-only metadata
 * and, for typed kinds, nulls and what the server does not keep when it is empty are gone. Inputs with unknowns keep their
 * form.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (normalizeInputs)
 */
export function normalize(inputs: PropertyMap): PropertyMap {
  let object = inputs;
  if (!hasUnknown(inputs) && isBuiltIn(inputs)) {
    if (isSecretKind(object)) object = withEncodedText(object);
    if (isCrd(object)) object = withoutAt(object, "status");
    if (isTyped(object)) object = withoutEmpties(object);
  }
  return readOnlyMetadata.reduce((left, key) => withoutAt(left, "metadata", key), object);
}

/**
 * Tells whether the official provider passes such objects through their type, which drops what is empty.
 * It does not for Secrets, definitions and custom kinds: there a null or an empty map in the inputs is a
 * difference in every run.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/clients/unstructured.go (Normalize)
 */
export function isTyped(object: PropertyMap): boolean {
  return isBuiltIn(object) && !isSecretKind(object) && !isCrd(object);
}

// Kinds that Kubernetes itself defines.
function isBuiltIn(object: PropertyMap): boolean {
  const [group = "", version] = apiVersionOf(object).split("/");
  return version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}

function withEncodedText(secret: PropertyMap): PropertyMap {
  const entries = Object.entries(mapAt(secret, "stringData"));
  if (entries.length === 0) return secret;
  const encoded = entries.map(([key, value]) => [
    key,
    typeof value === "string" ? Buffer.from(value).toString("base64") : value,
  ]);
  const data: PropertyMap = Object.fromEntries(encoded) as PropertyMap;
  return { ...withoutAt(secret, "stringData"), data: { ...mapAt(secret, "data"), ...data } };
}

// The official provider knows each type; these are the maps that its types leave out when empty. Other
// empty maps, such as `emptyDir: {}`, mean something.
const keptOnlyFilled: ReadonlySet<string> = new Set([
  "annotations",
  "binaryData",
  "data",
  "labels",
  "limits",
  "nodeSelector",
  "requests",
]);

function withoutEmpties(map: PropertyMap): PropertyMap {
  const kept = Object.entries(map).filter(([key, value]) => !isLeftOut(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, cleaned(value)]));
}

function isLeftOut(key: string, value: PropertyValue): boolean {
  if (isList(value)) return value.length === 0 && key !== "rules";
  if (isMap(value)) return keptOnlyFilled.has(key) && Object.keys(value).length === 0;
  return value === null;
}

function cleaned(value: PropertyValue): PropertyValue {
  if (isList(value)) return value.map(cleaned);
  return isMap(value) ? withoutEmpties(value) : value;
}

/**
 * The live object cut to the shape of the inputs that made it, so that what the cluster added by itself
 * shows no difference. Lists are cut to the length of the inputs'.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/util.go (pruneMap)
 */
export function pruneToShape(live: PropertyMap, shape: PropertyMap): PropertyMap {
  const kept = Object.entries(live).filter(([key]) => at(shape, key) !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => [key, prune(value, shape[key] ?? null)]));
}

function prune(live: PropertyValue, shape: PropertyValue): PropertyValue {
  if (isMap(live) && isMap(shape)) return pruneToShape(live, shape);
  if (!isList(live) || !isList(shape)) return live;
  return live.slice(0, shape.length).map((item, index) => prune(item, shape[index] ?? null));
}
