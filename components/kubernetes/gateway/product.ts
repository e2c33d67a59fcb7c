import type { GatewayConfig, GatewaySettings } from "../../config/schema";
import type { DatabaseSource } from "../../postgres/database-source";
import type { RolloutInput } from "../../steps/rollout-input";
import type { VerificationInput } from "../../steps/verification-input";
import type { Finding } from "../../upgrade/finding";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { NamedDatabases } from "../../upgrade/gate-input";
import type { Hops } from "../../upgrade/plan/hops";
import type { Product } from "../../upgrade/product";
import type { Values } from "../../upgrade/values";
import type { ClusterClient } from "../api/client";
import type { Workload } from "../edits/workload";
import type { KubernetesInput, KubernetesRules } from "../gate-input";
import type { AboutChart, Rendering } from "../helm/render";
import type { AvailabilityArgs } from "../objects/availability-objects";
import type { KubernetesObject } from "../objects/object";
import type { GateInput } from "./gate-input";
import type { KubernetesSettings } from "./settings";

/** How the step replaces instances that wait for their turn. */
export type OneByOnePolicy = NonNullable<RolloutInput["deployments"][number]["oneByOne"]>;

/** Names of the objects of one release. */
export interface ReleaseNames {
  /** Service, ConfigMap, Secret and ServiceAccount. */
  readonly fullname: string;
  /** The Deployment that serves. */
  readonly gateway: string;
}

/** Workloads that change together. */
export interface ReleaseWave {
  /** Part of the names of its steps: `bridges`. */
  readonly name: string;
  /** Names of the Deployments and StatefulSets. */
  readonly workloads: readonly string[];
  /** True if they are verified before the next wave begins. @defaultValue false */
  readonly verified?: boolean;
  /**
   * How the instances of its workloads take their turns, one at a time and on command: those of its StatefulSets, and of its Deployments if they are held.
   *
   * @defaultValue undefined: their controller replaces them
   */
  readonly oneByOne?: OneByOnePolicy;
  /** True if its Deployments are held before another release is declared: their old pods leave on command. @defaultValue false */
  readonly held?: boolean;
}

/** Everything that a release comes to, as plain values: a function of the stack file and the chart alone (law 1). */
export interface KubernetesRelease {
  readonly version: string;
  readonly names: ReleaseNames;
  /** What the chart came to; undefined if the product has none. */
  readonly rendering?: Pick<Rendering, "chart" | "defaults" | "hooks">;
  /** What is known about releases. */
  readonly catalogue: Catalogue;
  /** What the pods and the migration need before they start: ConfigMap, ServiceAccount, Service, NetworkPolicies, ... */
  readonly configuration: readonly KubernetesObject[];
  /** What of it is applied: stores that the chart bundles keep their pods while an install by Helm is adopted. @defaultValue all of it */
  readonly appliedConfiguration?: readonly KubernetesObject[];
  /** The operator's values as the chart reads them. @defaultValue those of the stack file, as they are */
  readonly values?: Values;
  /** The Deployments and StatefulSets, edited. */
  readonly workloads: readonly Workload[];
  /** What of them is applied: all of it, or all but their pods while an install by Helm is adopted. */
  readonly applied: readonly KubernetesObject[];
  /** They in the order in which they change; undefined if all of them change at once. */
  readonly waves?: readonly ReleaseWave[];
  /** Longest roll of a workload by its name, in seconds, if that is more than the stack file waits. */
  readonly rollSeconds?: Readonly<Record<string, number>>;
  /** What steps call the workloads that write to the database, which stand still while another schema or database takes the place of it. @defaultValue all of them */
  readonly writers?: readonly string[];
  /** What is known of the way from other releases to this one, and back; undefined if each older release of a major serves on the schema of a newer one. */
  readonly hops?: Hops;
  /** The Job that migrates the database, suspended; undefined if there is no schema. */
  readonly job?: KubernetesObject;
  /**
   * The Job that takes the schema down to a revision by the image of a newer release, suspended. It has the labels of {@link job}, the release among them, and
   * another name, which carries what it does. Undefined if the schema never goes down.
   *
   * @param from - the newer release
   */
  readonly downgradeJob?: (revision: string, from: string) => KubernetesObject;
  readonly availability: AvailabilityArgs;
  /** Says what exactly was rolled out: a hash over all of the above. */
  readonly configHash: string;
}

/** The database of a product. */
export interface ProductDatabase<Settings extends KubernetesSettings = KubernetesSettings> {
  /** Where it is reached. */
  source(settings: Settings): DatabaseSource;
  /** Key of the pods' environment that holds their own connection string. */
  readonly key: string;
  /** Database and role that are meant unless the stack file names others. @defaultValue none: the stack file has to name them */
  readonly inPod?: { readonly database: string; readonly user: string };
  /** Table in which its migrations are listed. */
  readonly trackingTable: string;
  /** Which databases the stack file names, free of secrets. */
  named(config: GatewayConfig<Settings>): NamedDatabases;
}

/** What is true of a product and a release of it, beside what its release says itself. Left out is what it has none of. */
export type ReleaseRules = Partial<Omit<KubernetesRules, "catalogue" | "modelledHooks">>;

/**
 * What is true of a product in Kubernetes: data and functions that touch nothing. The functions are methods, so that products with settings of their own
 * stand in one list; each is only ever given its own settings and its own releases.
 */
export interface KubernetesProduct<
  Settings extends KubernetesSettings = KubernetesSettings,
  Release extends KubernetesRelease = KubernetesRelease,
> extends Product<GatewaySettings> {
  /** Renders a release. @param about - may remember what it has read of a chart that several gateways share */
  render(config: GatewayConfig<Settings>, about: AboutChart): Promise<Release>;
  /** Names that are known before anything is rendered. */
  names(settings: Settings): ReleaseNames;
  /** What the Secret of its pods holds. @defaultValue the secrets of the stack file */
  podSecrets?(config: GatewayConfig<Settings>): Readonly<Record<string, string>>;
  /**
   * The key of that Secret which stands for the one of a Secret in an install by Helm; undefined if the pods keep that Secret.
   *
   * @defaultValue each key of each Secret has its own name
   */
  adoptedKey?(names: ReleaseNames, secret: string): string | undefined;
  /**
   * What of that Secret an install by Helm has in Secrets as well: with those it is compared.
   *
   * @defaultValue all of it
   */
  adoptedSecrets?(config: GatewayConfig<Settings>): Readonly<Record<string, string>>;
  /** Undefined if it has none. */
  readonly database?: ProductDatabase<Settings>;
  /** Name of the Job that the chart's own hook leaves behind where Helm runs it; undefined if the chart migrates nothing. */
  migrationHook?(names: Release["names"]): string;
  /** What its gates hold a release against. */
  rules?(release: Release): ReleaseRules;
  /** Names of all settings of its pods, sorted and without their values. */
  settingNames(config: GatewayConfig<Settings>): readonly string[];
  /** Workloads that may be unwell for probes which an upgrade takes away; while they are taken over they are not waited for. */
  mayBeUnready?(names: Release["names"]): readonly string[];
  /** Input of a verification beside that of every one. @param part - the workloads that are verified: those of one wave, or all */
  verification?(
    settings: Settings,
    part: Pick<KubernetesRelease, "workloads">,
  ): Partial<VerificationInput>;
  /** Looks at what its own gates alone ask about, without a change; they are given it as `facts.seen`. */
  look?(client: ClusterClient, config: GatewayConfig<Settings>): Promise<unknown>;
  /** What all its gates say. @param all - all gateways of the stack, this one among them, also those of other products */
  ask(input: GateInput<Settings, Release>, all: readonly KubernetesInput[]): readonly Finding[];
}
