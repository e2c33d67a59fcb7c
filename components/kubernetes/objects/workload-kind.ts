import type { KubernetesObject } from "./object";

/** Kinds of workloads that a release may have. */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet"] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** A workload by its kind and name. */
export interface NamedWorkload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** Whether an object is a workload of a release. */
export const isWorkload = <T extends KubernetesObject>(
  object: T,
): object is T & { readonly kind: WorkloadKind } => isWorkloadKind(object.kind);

const isWorkloadKind = (kind: string): kind is WorkloadKind =>
  (WORKLOAD_KINDS as readonly string[]).includes(kind);

/** What steps call a workload: a Deployment by its name alone, a StatefulSet `StatefulSet/bridge`. */
export const stepName = ({ kind, name }: NamedWorkload): string =>
  kind === "StatefulSet" ? `${kind}/${name}` : name;

/** The workload that a step means by a name. */
export function readStepName(text: string): NamedWorkload {
  const [kind = "", name] = text.split("/");
  return name !== undefined && isWorkloadKind(kind)
    ? { kind, name }
    : { kind: "Deployment", name: text };
}

/** `Deployment gateway` */
export const describeWorkload = ({ kind, name }: NamedWorkload): string => `${kind} ${name}`;

const plurals: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "deployments",
  StatefulSet: "statefulsets",
};

/** Where the workloads of one kind live on the API server. */
export const workloadsPath = (namespace: string, kind: WorkloadKind): string =>
  `/apis/apps/v1/namespaces/${namespace}/${plurals[kind]}`;

/** Where a workload lives on the API server. */
export const workloadPath = (namespace: string, { kind, name }: NamedWorkload): string =>
  `${workloadsPath(namespace, kind)}/${name}`;

/** A workload whose kind is a Deployment unless it is said. */
interface MaybeNamed {
  readonly kind?: WorkloadKind | undefined;
  readonly name: string;
}

/** Whether two are of one kind and name. */
export const isSameWorkload = (one: MaybeNamed, other: MaybeNamed): boolean =>
  one.name === other.name && (one.kind ?? "Deployment") === (other.kind ?? "Deployment");
