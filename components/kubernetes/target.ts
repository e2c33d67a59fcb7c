import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import * as pulumi from "@pulumi/pulumi";
import type { Applied, Make, Migration, SchemaWork, Target, Wave } from "../upgrade/target";
import { annotate } from "./edits/workload";
import { availabilityObjects, type AvailabilityArgs } from "./objects/availability-objects";
import type { KubernetesObject } from "./objects/object";
import { isWorkload } from "./objects/workload-kind";
import { applyObject, resourceName } from "./resources/apply";
import { PATCH_FORCE } from "./resources/force-conflicts";

/** Workloads that change together, and the input of their steps. */
export interface KubernetesWave extends Omit<Wave, "apply"> {
  readonly workloads: readonly KubernetesObject[];
}

/** A Job that changes the schema, suspended, and the input of its step. */
interface JobWork {
  readonly job: KubernetesObject;
  readonly task: SchemaWork["task"];
}

/** A gateway in Kubernetes, as plain values. */
export interface KubernetesTargetArgs extends Pick<
  Target,
  "connect" | "backup" | "restore" | "verification"
> {
  readonly namespace: string;
  /** The Secret that the pods take their environment from. */
  readonly secret: { readonly name: string; readonly values: Readonly<Record<string, string>> };
  /** All objects that are no workloads. */
  readonly configuration: readonly KubernetesObject[];
  /** The Job that migrates, and the one that takes the schema down before; undefined if there is no schema. */
  readonly schema?: (JobWork & { readonly down?: JobWork | undefined }) | undefined;
  readonly availability: AvailabilityArgs;
  readonly waves: readonly KubernetesWave[];
  /** True if the operator has consented to the removal of the gateway. */
  readonly removable: boolean;
  /** What asks for a rollout although nothing is declared anew. @defaultValue "": nothing does */
  readonly occasion?: string | undefined;
}

/** An annotation with what has asked for it has each object written anew. */
const OCCASION = "gateways/occasion";

/**
 * Objects as they are declared where the world is another than the verified one. A run that was killed between a write and the engine's note of it has left an object of which the
 * engine thinks that it is as before: with the line set back there would be nothing to change.
 */
const onOccasion = ({ occasion = "" }: Pick<KubernetesTargetArgs, "occasion">) =>
  occasion === "" ? (object: KubernetesObject) => object : annotate({ [OCCASION]: occasion });

/** A namespace of a cluster as the place of a gateway: each object becomes a resource of its own. */
export function kubernetesTarget(args: KubernetesTargetArgs): Target {
  const { connect, backup, restore, verification, schema, availability, waves } = args;
  return {
    connect,
    backup,
    restore,
    configuration: configurationOf(args),
    schema: schema && { ...workOf(schema), down: schema.down && workOf(schema.down) },
    availability: (gateway, options) =>
      availabilityObjects(availability)
        .map(onOccasion(args))
        .map((object) => applyObject(resourceName(gateway, object), object, options)),
    waves: waves.map(({ workloads, ...wave }) => ({
      ...wave,
      apply: workloadsOf(workloads, wave.adoption !== undefined, args),
    })),
    verification,
  };
}

const configurationOf =
  (args: KubernetesTargetArgs): Make =>
  (gateway, options) => {
    const { namespace, secret, configuration, waves, removable } = args;
    const place = new Namespace(
      `${gateway}-namespace`,
      { metadata: { name: namespace } },
      { ...options, protect: !removable, retainOnDelete: true },
    );
    const inside = pulumi.mergeOptions(options, { dependsOn: [place] });
    const environment = new Secret(
      `${gateway}-secret`,
      {
        metadata: { name: secret.name, namespace, annotations: PATCH_FORCE },
        stringData: pulumi.secret({ ...secret.values }),
      },
      { ...inside, protect: !removable },
    );
    const adopted = waves.some(({ adoption }) => adoption !== undefined);
    const others = configuration.map(onOccasion(args)).map((object) =>
      applyObject(resourceName(gateway, object), object, {
        ...inside,
        // A store that the chart bundles keeps its pods as well.
        ...(isWorkload(object) ? keepPods(adopted) : {}),
        removable,
      }),
    );
    return [place, environment, ...others];
  };

const workOf = ({ job, task }: JobWork): Migration => ({ make: migrationOf(job), task });

const migrationOf =
  (job: KubernetesObject): Make =>
  (gateway, options) => [
    // A dead run may have left a Job that the step has started: taking it over suspends it, and the step resumes it.
    applyObject(`${gateway}-migration`, job, {
      ...options,
      // The step starts it, and a finished one stays finished.
      ignoreChanges: ["spec.suspend"],
      // The Job of another release is gone before this one is there: there is never a second one to run, or to delete by mistake.
      deleteBeforeReplace: true,
    }),
  ];

/** @param adopted - applied without its pods, a workload keeps those that it has */
const workloadsOf =
  (
    workloads: readonly KubernetesObject[],
    adopted: boolean,
    args: Pick<KubernetesTargetArgs, "removable" | "occasion">,
  ): Make<Applied> =>
  (gateway, options) =>
    workloads.map(onOccasion(args)).map((workload) => {
      const resource = applyObject(resourceName(gateway, workload), workload, {
        ...options,
        ...keepPods(adopted),
        removable: args.removable,
      });
      return { resource, revision: resource.metadata.generation };
    });

const keepPods = (adopted: boolean): { readonly ignoreChanges: string[] } => ({
  ignoreChanges: adopted ? ["spec.template"] : [],
});
