import type * as kubernetes from "@pulumi/kubernetes";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type * as pulumi from "@pulumi/pulumi";
import { annotate } from "../edits/workload";
import { forceConflicts } from "./force-conflicts";
import type { KubernetesObject } from "../objects/object";

/**
 * Our own steps wait for what carries this: they say within seconds and in words why a release cannot start, where the provider's own
 * wait takes its full 600 s.
 */
const skipAwait = annotate({ "pulumi.com/skipAwait": "true" });

/** Kinds of the core group: the generic class gives them a type that the provider refuses. */
const CORE = {
  ConfigMap,
  Namespace,
  PersistentVolumeClaim,
  Secret,
  Service,
  ServiceAccount,
} as const;

/**
 * Objects that serve, or hold data or keys: a planned replacement of one fails the preview instead of losing it, and a destroy stops before it has
 * deleted one.
 */
const PROTECTED: ReadonlySet<string> = new Set([
  "Deployment",
  "Namespace",
  "PersistentVolumeClaim",
  "Secret",
  "Service",
  "StatefulSet",
]);

/** Kinds that our own steps wait for, or whose wait would fail for pods that are judged later. */
const OWN_WAIT: ReadonlySet<string> = new Set(["Deployment", "Job", "Service", "StatefulSet"]);

/** An object as a resource, with what the API server made of its metadata. */
export type AppliedObject = pulumi.CustomResource & {
  readonly metadata: pulumi.Output<kubernetes.types.output.meta.v1.ObjectMeta>;
};

/** Name of the resource that an object becomes: its kind and name, behind the gateway's. */
export const resourceName = (gateway: string, { kind, metadata }: KubernetesObject): string =>
  `${gateway}-${kind.toLowerCase()}-${metadata.name}`;

/** How an object is applied. */
export interface ApplyOptions extends pulumi.CustomResourceOptions {
  /** True if the operator has consented to the removal of the gateway. @defaultValue false */
  readonly removable?: boolean;
}

/**
 * Registers one object as a resource of its own.
 *
 * @param name - name of the resource; a release never enters it
 * @throws Error for a core kind that no chart of ours has
 */
export function applyObject(
  name: string,
  object: KubernetesObject,
  { removable = false, ...opts }: ApplyOptions,
): AppliedObject {
  const { kind, metadata } = object;
  const args = forceConflicts(OWN_WAIT.has(kind) ? skipAwait(object) : object);
  const options = {
    ...opts,
    ...(PROTECTED.has(kind) ? { protect: !removable } : {}),
    ...(metadata.annotations?.["helm.sh/resource-policy"] === "keep"
      ? { retainOnDelete: true }
      : {}),
  };
  if (object.apiVersion !== "v1") {
    return new CustomResource(name, { ...args }, options);
  }
  if (!(kind in CORE)) throw new Error(`the chart has a ${kind}, which this program cannot apply`);
  return new CORE[kind as keyof typeof CORE](name, { ...args } as object, options);
}
