import type { CoreInput, CoreRelease, CoreSettings, ProductRules } from "../upgrade/gate-input";
import type { Values } from "../upgrade/values";
import type { KubernetesFacts } from "./facts/cluster-facts";
import type { ChartHook } from "./gates/hooks-inventory";
import type { ValueTrap } from "./gates/values-trap";
import type { GuardedWorkload } from "./objects/budgets";
import type { Demand } from "./objects/demand";
import type { KubernetesObject } from "./objects/object";

/** Where a release is on Kubernetes. */
export interface KubernetesPlace {
  readonly kubeconfig?: string | undefined;
  readonly context: string;
  readonly namespace: string;
  /** Name of the Helm release. */
  readonly release: string;
}

/** What is true of a product wherever it runs on Kubernetes. */
export interface KubernetesRules extends ProductRules {
  /** Values of its chart that do not do what they say. */
  readonly valueTraps: readonly ValueTrap[];
  /** Values of its chart that are maps of any keys, joined by dots. */
  readonly openValues: readonly string[];
  /** Values of its chart that the wanted release needs somebody to set, joined by dots. */
  readonly requiredValues: readonly string[];
  /** Keys of its Secret by which its programs know each other: pods with another value are refused by those that run. */
  readonly sharedKeys: readonly string[];
  /** Hooks of its chart that a chapter stands for, as `Job/name`. */
  readonly modelledHooks: readonly string[];
  /** Longest that it waits for open requests after SIGTERM, in seconds. */
  readonly drainSeconds: number;
}

/** What the stack file says of a gateway on Kubernetes that gates ask about. */
export interface KubernetesSettings extends CoreSettings {
  readonly kubernetes: KubernetesPlace;
  /** Hooks of the chart that the operator gives up, as `Job/name` or by the name alone. */
  readonly ignoreHooks: readonly string[];
  readonly rollout: {
    readonly nodesOnDemand?: { readonly withinSeconds: number } | undefined;
  };
}

/** The wanted release as objects of Kubernetes. */
export interface RolledOutRelease extends CoreRelease {
  /** Everything that is kept in the namespace for good. */
  readonly declared: readonly KubernetesObject[];
  /** The same as it is applied: all of it, or all but the pods while an install is adopted. */
  readonly applied: readonly KubernetesObject[];
  /** The workloads with all that decides about the number of their pods. */
  readonly rolledOut: readonly KubernetesObject[];
  /** What the pods need before they start, NetworkPolicies among it. */
  readonly configuration: readonly KubernetesObject[];
  /** Name of the workload that serves. */
  readonly deployment: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the disruption budget over them. */
  readonly budget: string;
  /** Further workloads that ask for a disruption budget. @defaultValue none */
  readonly guarded?: readonly GuardedWorkload[];
  /** Name of the Secret with their environment. */
  readonly secret: string;
  /** Workloads that are unwell for HTTP probes which the upgrade takes away. */
  readonly mended: readonly string[];
  /** Name of the Job that migrates to it; undefined if there is no schema. */
  readonly migration: string | undefined;
  /** Name of the Job that takes the schema down for it; undefined if the operator has consented to none. */
  readonly downgrade?: string | undefined;
  /** Name of the Job that the chart's own hook leaves behind where Helm runs it; undefined if it has none. */
  readonly migrationHook: string | undefined;
  readonly hooks: readonly ChartHook[];
  /** Defaults of the chart that runs and of the wanted one; undefined if they are not at hand. */
  readonly defaults: { readonly before: Values | undefined; readonly after: Values };
}

/** Everything that gates are asked about where the product runs on Kubernetes. */
export interface KubernetesInput extends CoreInput {
  readonly product: KubernetesRules;
  readonly settings: KubernetesSettings;
  readonly release: RolledOutRelease;
  readonly facts: KubernetesFacts;
  /** What the upgrade needs beside what runs, chapter by chapter. */
  readonly demands: readonly Demand[];
}

/** All workloads that have to keep serving, the one that users reach first. */
export const guardedWorkloads = ({
  release: { deployment, labels, budget, guarded = [] },
}: Pick<KubernetesInput, "release">): readonly GuardedWorkload[] => [
  { workload: deployment, labels, budget },
  ...guarded,
];

/** `context prod` */
export const contextOf = ({ settings }: Pick<KubernetesInput, "settings">): string =>
  `context ${settings.kubernetes.context}`;

/** `context prod, namespace smoltbot` */
export const placeOf = ({ settings }: Pick<KubernetesInput, "settings">): string =>
  `${contextOf({ settings })}, namespace ${settings.kubernetes.namespace}`;
