import { createHash, randomBytes } from "node:crypto";
import type { CheckAnswer, CheckCall } from "../protocol/handlers";
import { hasUnknown, plainMap, type PropertyMap } from "../protocol/values";
import { NoMatchError } from "./api";
import { copySecrets } from "./copy-secrets";
import { annotations, gvkOfType, isAnnotated, kindOf, nameOf, withAnnotation } from "./kube-object";
import { normalize } from "./normalize";
import { unsupported } from "./options";
import { at, mapAt, withAt } from "./paths";
import { clusterOf, type Session } from "./session";

/**
 * Completes the inputs of an object: a name for one that has none, the default namespace for a kind that
 * lives in namespaces. Secrets stay secret, unknowns pass.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Check)
 */
export async function check(session: Session, call: CheckCall): Promise<CheckAnswer> {
  if (clusterOf(session) === undefined && session.options.skipUpdateUnreachable) {
    call.log(
      "warning",
      "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...",
    );
    return { inputs: call.olds };
  }
  refuseType(call);
  const news = normalize(plainMap(call.news));
  warnOfHooks(session, call, news);
  const named = withName(call, news, plainMap(call.olds));
  if (nameOf(named) === "" && at(named, "metadata", "generateName") !== undefined) {
    throw new Error(
      "the `.metadata.generateName` field is not supported in Server-Side Apply mode",
    );
  }
  return { inputs: copySecrets(await withNamespace(session, call, named), call.news) };
}

function refuseType({ type }: CheckCall): void {
  if (type === "kubernetes:helm.sh/v3:Release") throw new Error(unsupported("helm.v3.Release"));
  if (/Patch$/.test(type)) throw new Error(unsupported(`Patch resources (${type})`));
  if (/List$/.test(type)) {
    throw new Error(
      "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. Use the underlying resource type instead",
    );
  }
}

function warnOfHooks(session: Session, call: CheckCall, inputs: PropertyMap): void {
  const hooks = Object.entries(mapAt(inputs, "metadata", "annotations")).filter(
    ([key, value]) =>
      key.startsWith("helm.sh/hook") && typeof value === "string" && value.includes("test"),
  );
  if (hooks.length > 0 && !session.options.suppressHelmHookWarnings) {
    call.log(
      "warning",
      "This resource contains Helm hooks that are not currently supported by Pulumi. The resource will be created, but any hooks will not be executed.",
    );
  }
}

function withName(call: CheckCall, news: PropertyMap, olds: PropertyMap): PropertyMap {
  if (at(news, "metadata", "name") !== undefined || hasGenerateName(news)) return news;
  const isNew = Object.keys(olds).length === 0;
  if (!isNew && !isAnnotated(olds, annotations.autonamed)) return news;
  const name = isNew ? `${call.name}-${suffix(call.randomSeed)}` : nameOf(olds);
  const named = withAt(news, ["metadata", "name"], name);
  return withAnnotation(named, annotations.autonamed, "true");
}

function hasGenerateName(inputs: PropertyMap): boolean {
  return at(inputs, "metadata", "generateName") !== undefined;
}

function suffix(seed: Uint8Array): string {
  const bytes = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(4);
  return bytes.toString("hex").slice(0, 8);
}

async function withNamespace(
  session: Session,
  call: CheckCall,
  inputs: PropertyMap,
): Promise<PropertyMap> {
  const stated = at(inputs, "metadata", "namespace");
  if (hasUnknown(stated) || (typeof stated === "string" && stated !== "")) return inputs;
  const isNamespaced = await livesInNamespace(session, inputs, call.type);
  return isNamespaced
    ? withAt(inputs, ["metadata", "namespace"], session.defaultNamespace)
    : inputs;
}

/** Tells whether a kind lives in namespaces; a kind that nobody knows yet is taken to. */
export async function livesInNamespace(
  session: Session,
  inputs: PropertyMap,
  type: string,
): Promise<boolean> {
  const gvk = gvkOfType(type);
  if (clusterKinds.has(kindOf(inputs) || gvk.kind)) return false;
  try {
    return (await clusterOf(session)?.placeOf(gvk))?.isNamespaced ?? true;
  } catch (error) {
    if (error instanceof NoMatchError) return true;
    throw error;
  }
}

const clusterKinds: ReadonlySet<string> = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "StorageClass",
]);
