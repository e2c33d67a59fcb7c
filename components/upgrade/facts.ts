import type { LabelSelector } from "../kubernetes/objects/label-selector";
import type { ExternalBackup } from "./external-backup";
import type { AdmissionFacts } from "../kubernetes/facts/admission";
import type { ContainerResources } from "../kubernetes/objects/container-resources";
import type { CopyRoom, WalKeeping } from "./copy-room";
import type { KubernetesObject } from "../kubernetes/objects/object";
import type { Evidence } from "./evidence/evidence";
import type { Follower } from "./followers";
import type { HelmRecord } from "../kubernetes/helm/helm-records";
import type { Identity } from "./evidence/identity";
import type { Observation } from "./observation";
import type { FieldOwner } from "../kubernetes/objects/owned-fields";
import type { RestoreFacts } from "./plan/restore-need";
import type { Traffic } from "./traffic";

/** CPU in millicores, memory in bytes. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
}

export interface NodeFacts {
  readonly name: string;
  readonly ready: boolean;
  /** False where the node is cordoned. */
  readonly schedulable: boolean;
  /** Images that it has, by their full names; Kubernetes tells of the 50 largest. */
  readonly images: readonly string[];
  /** Digests of their manifests by those names, as far as it tells them. */
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
  /** Digest of the manifest under which it was pulled; undefined where nobody has pulled it, or the runtime does not tell. */
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
  readonly name: string;
  /** Replicas that its spec asks for. */
  readonly desired: number;
  /** Replicas that it had when a restore stopped it; undefined where none did, or where it runs again. */
  readonly stoppedFrom?: number | undefined;
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
  /** True where a probe of its pods asks over HTTP. */
  readonly probed: boolean;
}

export interface JobFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `suspended` and `waiting` have no pod yet. */
  readonly state: "suspended" | "waiting" | "active" | "complete" | "failed";
  /** Reason of the Failed condition: BackoffLimitExceeded, DeadlineExceeded, ... or "". */
  readonly reason: string;
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
  /** Value of the annotation meta.helm.sh/release-name, or "" where Helm does not claim it. */
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
  /** uid of the namespace kube-system, which no other cluster has; undefined where the role may not read it. */
  readonly uid?: string | undefined;
  /** `1.34.4` */
  readonly version: string;
  readonly namespaceExists: boolean;
  readonly nodes: readonly NodeFacts[];
  /** Deployments of the release, by its instance label. */
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
  /** Entries of the ConfigMap that an earlier run left about its chart; undefined where there is none. */
  readonly record: Readonly<Record<string, string>> | undefined;
  /** Records that Helm keeps of a release of that name, newest first. */
  readonly helmRecords: readonly HelmRecord[];
}

/** The Secrets that running pods have their environment from, compared with the stack file: names of keys alone. */
export interface SecretFacts {
  readonly names: readonly string[];
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
  /** Undefined where the pods use no Secret. */
  readonly secret: SecretFacts | undefined;
}

/** What tells one database from every other: no two running servers began in the same microsecond, not even copies of each other. */
export interface DatabaseIdentity {
  readonly oid: string;
  /** When its server was started, in seconds since the epoch, with microseconds. */
  readonly started: string;
}

/** One look at the database that the backup would save. */
export interface DatabaseFacts {
  /** False where the database does not exist yet: there is nothing to save. */
  readonly exists: boolean;
  /** Server version: `15.18`. */
  readonly server: string;
  /** Version of pg_dump that would be used: `15.18`. */
  readonly dumpTool: string;
  readonly database: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** True where the role may create the scratch database that the proof needs. */
  readonly mayCreateDatabase: boolean;
  /** Applied migrations in order; undefined where the tracking table does not exist. */
  readonly migrations: readonly string[] | undefined;
  /** Free bytes where the dump would be written; undefined where there is no such limit. */
  readonly freeBytes: number | undefined;
  /** Room on the server for the copy that proves a backup; undefined where the database could not be entered. */
  readonly copyRoom?: CopyRoom | undefined;
  /** True where a migration holds the advisory lock now. */
  readonly migrating: boolean;
  /** Undefined where it could not be entered. */
  readonly identity?: DatabaseIdentity | undefined;
  /** Tables of the tracking table's name in whatever schema, inside or outside of the role's search path: `audit._schema_migrations`. @defaultValue none */
  readonly trackedElsewhere?: readonly string[];
  /** What would keep the role from putting a dump of it in its place, one clause each. @defaultValue none */
  readonly hindrances?: readonly string[];
  /** Who follows it, and would be left behind by an exchange. @defaultValue nobody */
  readonly followers?: readonly Follower[];
  /** True where a pooler gives each transaction another connection: locks and snapshots do not last there. @defaultValue false */
  readonly pooled?: boolean;
  /** True where it is there and lets nobody in, as a restore that was killed at its last step leaves it. @defaultValue false */
  readonly closed?: boolean;
  /** File name of the dump that a restore has made it of; undefined where none has. */
  readonly restoredFrom?: string | undefined;
  /** True where that restore has taken migrations away that nobody has applied again. @defaultValue false */
  readonly undone?: boolean;
}

/** One look at the server on which the restore of a backup is tried. */
export interface ScratchFacts {
  /** Server version: `15.18`. */
  readonly server: string;
  readonly mayCreateDatabase: boolean;
  /** Free bytes of its disk; undefined where that cannot be seen. */
  readonly free: number | undefined;
  readonly wal: WalKeeping;
}

/** One look at the place of the dumps. */
export interface StoreFacts {
  /** `/srv/backups`, `s3://dumps/gateways`. */
  readonly words: string;
  /** Proven dumps of this gateway and stack. */
  readonly dumps: number;
  /** Those of them that are encrypted, and that no key here opens. @defaultValue 0 */
  readonly locked?: number;
}

/** One look at the Prometheus that watches the gateway. */
export interface PrometheusFacts {
  /** Pods of the namespace whose last scrape worked. */
  readonly scraped: readonly string[];
  /** Pods of the namespace whose last scrape failed. */
  readonly unreadable: readonly string[];
  /** What the namespace answered lately. */
  readonly before: Traffic;
}

/** What is known of an image. */
export interface ImageFacts {
  readonly exists: boolean;
  /** `sha256:...`, all by which a running one may be named: of the whole image and of each of its platforms. Empty where nobody tells. */
  readonly digests: readonly string[];
}

/** Everything live that a gate may judge. Read once per run, before any resource is registered (law 1). */
export interface Facts {
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  readonly cluster: Observation<ClusterFacts>;
  /** Undefined where nothing is to be adopted. */
  readonly adoption: Observation<AdoptionFacts> | undefined;
  /** What is known of each image that would run, by its name; unseen where nobody could be asked. */
  readonly images: Readonly<Record<string, Observation<ImageFacts>>>;
  /** Undefined where something would have to be made in the cluster to look: the backup step looks itself then. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Another server on which the restore is tried; undefined where it is the live one. */
  readonly scratch?: Observation<ScratchFacts> | undefined;
  /** What was found where the dumps lie. */
  readonly store: Observation<StoreFacts>;
  /** The newest backup that somebody else has taken; undefined where this program takes them. */
  readonly external?: Observation<ExternalBackup> | undefined;
  /** Bytes of the last proven dump of this gateway and stack; undefined where there is none. */
  readonly lastDump?: number | undefined;
  /** The database behind the pods' own connection string; undefined where there is none to ask with, or nothing to compare it with. */
  readonly podsDatabase?: Observation<DatabaseIdentity> | undefined;
  /** What the backups say about going back to the wanted release. */
  readonly restore: Observation<RestoreFacts>;
  /** Undefined where no Prometheus is configured. */
  readonly prometheus?: Observation<PrometheusFacts> | undefined;
  /** By what this stack has known the gateway since its first `up`; undefined before that. */
  readonly identity?: Identity | undefined;
  /** This stack's own last evidence; undefined before the first verified release. */
  readonly own: Observation<Evidence | undefined>;
  /** Evidence of the stack that goes first; undefined where it has none. */
  readonly staging: Observation<Evidence | undefined> | undefined;
}
