import type { KubernetesObject } from "../objects/object";
import type { WorkloadKind } from "../objects/workload-kind";

/** The part of a Deployment or StatefulSet that edits read and write. */
export interface Workload extends KubernetesObject {
  readonly kind: WorkloadKind;
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
    /** Of a Deployment. */
    readonly strategy?: unknown;
    /** Of a StatefulSet. */
    readonly updateStrategy?: unknown;
    readonly minReadySeconds?: number;
    readonly template: PodTemplate;
    readonly [key: string]: unknown;
  };
}

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly volumes?: readonly unknown[];
    readonly [key: string]: unknown;
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly [key: string]: unknown;
}

/** A change to one workload, as a pure function, with its reason in its docstring. */
export type Edit = (workload: Workload) => Workload;

/** One edit that does all of these, first to last. */
export const inOrder =
  (...edits: readonly Edit[]): Edit =>
  (workload) =>
    edits.reduce((edited, edit) => edit(edited), workload);

/** Changes the pod's spec. */
export const editPod =
  (change: (pod: PodTemplate["spec"]) => PodTemplate["spec"]): Edit =>
  (workload) => {
    const { template } = workload.spec;
    return {
      ...workload,
      spec: { ...workload.spec, template: { ...template, spec: change(template.spec) } },
    };
  };

/** Changes every container of the pod. */
export const editContainers = (change: (container: Container) => Container): Edit =>
  editPod((pod) => ({ ...pod, containers: pod.containers.map(change) }));

/** Adds annotations to the workload itself, not to its pods. */
export const annotate =
  <T extends KubernetesObject>(annotations: Readonly<Record<string, string>>) =>
  (object: T): T => ({
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...object.metadata.annotations, ...annotations },
    },
  });

/**
 * How a chart selects the pods of one of its workloads.
 *
 * @param chart - name of the chart, for the error
 * @throws Error where the chart has rendered no such workload
 */
export function selectorOf(
  workloads: readonly Workload[],
  name: string,
  chart: string,
): Readonly<Record<string, string>> {
  const found = workloads.find(({ metadata }) => metadata.name === name);
  if (found?.spec.selector === undefined) {
    throw new Error(`the chart rendered no Deployment named ${name}; is it the chart ${chart}?`);
  }
  return found.spec.selector.matchLabels;
}
