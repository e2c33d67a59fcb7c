import { isMap, type PropertyMap } from "../protocol/values";
import { at, textAt, withAt } from "./paths";

/** What names a kind to the API server; the core group is the empty string. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Annotations that the official provider obeys. */
export const annotations = {
  autonamed: "pulumi.com/autonamed",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  patchFieldManager: "pulumi.com/patchFieldManager",
  patchForce: "pulumi.com/patchForce",
  replaceUnready: "pulumi.com/replaceUnready",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
} as const;

/** The object's `metadata.name`, or the empty string. */
export function nameOf(object: PropertyMap): string {
  return textAt(object, "metadata", "name");
}

/** The object's `metadata.namespace`, or the empty string. */
export function namespaceOf(object: PropertyMap): string {
  return textAt(object, "metadata", "namespace");
}

/** The object's `kind`, or the empty string. */
export function kindOf(object: PropertyMap): string {
  return textAt(object, "kind");
}

/** The object's `apiVersion`, or the empty string. */
export function apiVersionOf(object: PropertyMap): string {
  return textAt(object, "apiVersion");
}

/** The resource id of an object: `namespace/name`, or `name` for one without a namespace. */
export function idOf(object: PropertyMap): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** Namespace (empty when there is none) and name of a resource id. */
export function parseId(id: string): { readonly namespace: string; readonly name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** One annotation of the object, or the empty string. */
export function annotationOf(object: PropertyMap, key: string): string {
  return textAt(object, "metadata", "annotations", key);
}

/** True when the annotation says exactly `true`. */
export function isAnnotated(object: PropertyMap, key: string): boolean {
  return annotationOf(object, key) === "true";
}

/** A copy with one annotation set; untouched while metadata or its annotations are unknown. */
export function withAnnotation(object: PropertyMap, key: string, value: string): PropertyMap {
  const metadata = object["metadata"] ?? {};
  const known = isMap(metadata) ? (metadata["annotations"] ?? {}) : undefined;
  return isMap(known) ? withAt(object, ["metadata", "annotations", key], value) : object;
}

/** Group, version and kind that the object states. */
export function gvkOf(object: PropertyMap): Gvk {
  const parts = apiVersionOf(object).split("/");
  const [group = "", version = ""] = parts.length === 1 ? ["", ...parts] : parts;
  return { group: group === "core" ? "" : group, version, kind: kindOf(object) };
}

/**
 * Group, version and kind that a type token states.
 * @throws Error when the token's module is not `group/version`; the words are the official ones.
 */
export function gvkOfType(type: string): Gvk {
  const [, module = "", kind = ""] = type.split(":");
  const [group = "", version, more] = module.split("/");
  if (version === undefined || more !== undefined) {
    throw new Error(`apiVersion does not have both a group and a version: "${module}"`);
  }
  return { group: group === "core" ? "" : group, version, kind };
}

/** The `apiVersion` that belongs to a group and version. */
export function apiVersionOfGvk(gvk: Gvk): string {
  return gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** True for a core/v1 Secret. */
export function isSecretKind(object: PropertyMap): boolean {
  return kindOf(object) === "Secret" && ["v1", "core/v1"].includes(apiVersionOf(object));
}

/** True for a core/v1 ConfigMap. */
export function isConfigMapKind(object: PropertyMap): boolean {
  return kindOf(object) === "ConfigMap" && ["v1", "core/v1"].includes(apiVersionOf(object));
}

/** True for a CustomResourceDefinition. */
export function isCrd(object: PropertyMap): boolean {
  return (
    kindOf(object) === "CustomResourceDefinition" &&
    apiVersionOf(object).startsWith("apiextensions.k8s.io/")
  );
}

/** True when the object carries `immutable: true`. */
export function isImmutable(object: PropertyMap): boolean {
  return at(object, "immutable") === true;
}
