import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import { applyObject, resourceName } from "../../kubernetes/resources/apply";
import { PATCH_FORCE } from "../../kubernetes/resources/force-conflicts";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import type { Restore } from "./restore";

export interface ConfigurationArgs {
  readonly after: Restore;
  readonly namespace: string;
  /** The Secret that the pods take their environment from. */
  readonly secret: { readonly name: string; readonly values: Readonly<Record<string, string>> };
  readonly objects: readonly KubernetesObject[];
  /** True where the operator has consented to the removal of the gateway. */
  readonly removable: boolean;
}

/**
 * What pods and migration need before they start: namespace, Secret, and the chart's objects that are no workloads.
 *
 * Creates: one resource per object. Waits for: backup and restore. On failure: the running pods keep what they started with.
 */
export class Configuration extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Configuration";
  private readonly chapter = "configuration";

  constructor(name: string, args: ConfigurationArgs, opts?: pulumi.ComponentResourceOptions) {
    const dependsOn = [args.after, args.after.after];
    super(Configuration.type, name, {}, pulumi.mergeOptions(opts, { dependsOn }));
    const { removable } = args;
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: args.namespace } },
      { parent: this, protect: !removable, retainOnDelete: true },
    );
    const inside = { parent: this, dependsOn: [namespace] };
    new Secret(
      `${name}-secret`,
      {
        metadata: {
          name: args.secret.name,
          namespace: args.namespace,
          annotations: PATCH_FORCE,
        },
        stringData: pulumi.secret({ ...args.secret.values }),
      },
      { ...inside, protect: !removable },
    );
    for (const object of args.objects)
      applyObject(resourceName(name, object), object, { ...inside, removable });
    this.registerOutputs({ chapter: this.chapter });
  }
}
