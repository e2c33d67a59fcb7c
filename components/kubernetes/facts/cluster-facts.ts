import type { CoreFacts } from "../../upgrade/facts";
import type { Observation } from "../../upgrade/observation";
import type { HelmRecord } from "../helm/helm-records";
import type { ContainerResources } from "../objects/container-resources";
import type { LabelSelector } from "../objects/label-selector";
import type { KubernetesObject } from "../objects/object";
import type { FieldOwner } from "../objects/owned-fields";
import type { WorkloadKind } from "../objects/workload-kind";
import type { AdmissionFacts } from "./admission";

/** CPU in millicores, memory in bytes. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
}

export interface NodeFacts {
  readonly name: string;
  readonly ready: boolean;
  /** False if the node is cordoned. */
  readonly schedulable: boolean;
  /** Images that it has, by their full names; Kubernetes reports the 50 largest. */
  readonly images: readonly string[];
  /** Digests of their manifests by those names, as far as it reports them. */
  readonly digests?: Readonly<Record<string, readonly string[]>>;
  readonly allocatable: Resources;
  /** Sum of the requests of all pods on the node that have not ended. */
  readonly requested: Resources;
}

export interface ContainerFacts {
  readonly name: string;
  /** As in the pod's spec: `ghcr.io/mnemom/gateway:1.1.0`. */
  readonly image: string;
  /** `sha256:...` of the running image, or "" before it runs. */
  readonly digest: string;
  /** Digest of the manifest under which it was pulled; undefined if nobody has pulled it, or the runtime does not say. */
  readonly manifest?: string | undefined;
  readonly restarts: number;
}

export interface PodFacts {
  readonly name: string;
  /** Labels of the pod. */
  readonly labels: Readonly<Record<string, string>>;
  /** Running, Pending, Succeeded, Failed, Unknown. */
  readonly phase: string;
  readonly ready: boolean;
  /** True once its deletion was asked for. */
  readonly terminating: boolean;
  readonly containers: readonly ContainerFacts[];
}

export interface WorkloadFacts {
  /** @defaultValue Deployment */
  readonly kind?: WorkloadKind | undefined;
  readonly name: string;
  /** Replicas that its spec asks for. */
  readonly desired: number;
  /** Replicas that it had when a restore stopped it; undefined if none did, or where it runs again. */
  readonly stoppedFrom?: number | undefined;
  /** True while its old pods wait for their turns: a roll is under way, or one was cut off. @defaultValue false */
  readonly held?: boolean | undefined;
  /** Counts the changes of its spec. */
  readonly generation: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  /** True once the controller has seen the newest spec. */
  readonly observed: boolean;
  /** Image per container of its pod template. */
  readonly images: Readonly<Record<string, string>>;
  /** Requests and limits per container of its pod template. */
  readonly resources: Readonly<Record<string, ContainerResources>>;
  /** `spec.selector.matchLabels`. */
  readonly selector: Readonly<Record<string, string>>;
  /** True if a probe of its pods asks over HTTP. */
  readonly probed: boolean;
}

export interface JobFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `suspended` and `waiting` have no pod yet. */
  readonly state: "suspended" | "waiting" | "active" | "complete" | "failed";
  /** Reason of the Failed condition: BackoffLimitExceeded, DeadlineExceeded, ... or "". */
  readonly reason: string;
  /** ISO 8601, UTC: when it was started last; undefined if it never was. */
  readonly begunAt?: string | undefined;
}

export interface BudgetFacts {
  readonly name: string;
  readonly selector: LabelSelector;
  /** Pods that may be disrupted now. */
  readonly allowed: number;
}

/** A NetworkPolicy as it lives, to be read by a shape of its own. */
export interface PolicyFacts {
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

/** An object that this program would apply and that lives in the cluster already. */
export interface LiveObject {
  /** `apps/v1/Deployment/smoltbot/smoltbot-mnemom-gateway-gateway` */
  readonly key: string;
  /** Value of the annotation meta.helm.sh/release-name, or "" if Helm does not claim it. */
  readonly helmRelease: string;
  /** Names of its field managers. */
  readonly managers: readonly string[];
  /** Who owns which of its fields. */
  readonly owners: readonly FieldOwner[];
  /** The whole object; undefined for a Secret, whose content never travels. */
  readonly content: unknown;
}

/** One look at the cluster and at the namespace of a release. */
export interface ClusterFacts {
  /** uid of the namespace kube-system, which no other cluster has; undefined if the role may not read it. */
  readonly uid?: string | undefined;
  /** `1.34.4` */
  readonly version: string;
  readonly namespaceExists: boolean;
  readonly nodes: readonly NodeFacts[];
  /** Deployments and StatefulSets of the release, by its instance label. */
  readonly workloads: readonly WorkloadFacts[];
  readonly pods: readonly PodFacts[];
  readonly jobs: readonly JobFacts[];
  /** Disruption budgets of the whole namespace, whosever they are. */
  readonly budgets: readonly BudgetFacts[];
  /** NetworkPolicies of the whole namespace. */
  readonly policies: readonly PolicyFacts[];
  /** What the namespace lets in; a role may well see all else and not this. */
  readonly admission: Observation<AdmissionFacts>;
  readonly live: readonly LiveObject[];
  /** Entries of the ConfigMap that an earlier run left about its chart; undefined if there is none. */
  readonly record: Readonly<Record<string, string>> | undefined;
  /** Records that Helm keeps of a release of that name, newest first. */
  readonly helmRecords: readonly HelmRecord[];
}

/** One value of a Secret, by where it is. */
export interface SecretPlace {
  /** Name of the Secret. */
  readonly secret: string;
  readonly key: string;
}

/** The Secrets that running pods have their environment from, compared with the stack file: names of keys alone. */
export interface SecretFacts {
  /** Secrets that the program's own takes the place of. */
  readonly names: readonly string[];
  /** Secrets that the pods keep. @defaultValue none */
  readonly kept?: readonly string[];
  /** Where the install has what stands under a key of ours. @defaultValue under the same key of the only Secret */
  readonly places?: Readonly<Record<string, SecretPlace>>;
  /** Keys that the pods have and the stack file has not. */
  readonly lost: readonly string[];
  /** Keys that the stack file has and the pods have not. */
  readonly added: readonly string[];
  /** Keys whose values differ. */
  readonly changed: readonly string[];
}

/** One look at what an adoption would take over. */
export interface AdoptionFacts {
  /** The live objects as they are, without Secrets. */
  readonly objects: readonly KubernetesObject[];
  /** Objects of the Helm release that the program does not declare: `Ingress/gateway`. */
  readonly leftOver: readonly string[];
  /** Undefined if the pods use no Secret. */
  readonly secret: SecretFacts | undefined;
}

/** Everything live that a gate may judge where the product runs on Kubernetes. */
export interface KubernetesFacts extends CoreFacts {
  readonly cluster: Observation<ClusterFacts>;
  /** Undefined if nothing is to be adopted. */
  readonly adoption: Observation<AdoptionFacts> | undefined;
  /** What its product alone has looked at, which knows its form; undefined if it looks at nothing of its own. */
  readonly seen?: Observation<unknown> | undefined;
}
