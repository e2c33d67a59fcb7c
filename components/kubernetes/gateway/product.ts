import type { GatewayConfig, GatewaySettings } from "../../config/schema";
import type { DatabaseSource } from "../../postgres/database-source";
import type { VerificationInput } from "../../steps/verification/verification-input";
import type { Facts } from "../../upgrade/facts";
import type { Finding } from "../../upgrade/finding";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { Plan } from "../../upgrade/plan/plan";
import type { Product } from "../../upgrade/product";
import type { Workload } from "../edits/workload";
import type { AboutChart, Rendering } from "../helm/render";
import type { AvailabilityArgs } from "../objects/availability-objects";
import type { Demand } from "../objects/demand";
import type { KubernetesObject } from "../objects/object";

/** Names of the objects of one release. */
export interface ReleaseNames {
  /** Service, ConfigMap, Secret and ServiceAccount. */
  readonly fullname: string;
  /** The Deployment that serves. */
  readonly gateway: string;
}

/** Deployments that change together. */
export interface ReleaseWave {
  /** Part of the names of its steps: `bridges`. */
  readonly name: string;
  /** Names of the Deployments. */
  readonly deployments: readonly string[];
  /** True where they are verified before the next wave begins. @defaultValue false */
  readonly verified?: boolean;
}

/** Everything that a release comes to, as plain values: a function of the stack file and the chart alone (law 1). */
export interface KubernetesRelease {
  readonly version: string;
  readonly names: ReleaseNames;
  /** What the chart came to; undefined where the product has none. */
  readonly rendering?: Pick<Rendering, "chart">;
  /** What is known about releases. */
  readonly catalogue: Catalogue;
  /** What the pods and the migration need before they start: ConfigMap, ServiceAccount, Service, NetworkPolicies, ... */
  readonly configuration: readonly KubernetesObject[];
  /** The Deployments, edited. */
  readonly workloads: readonly Workload[];
  /** What of the Deployments is applied: all of it, or all but their pods while an install by Helm is adopted. */
  readonly applied: readonly KubernetesObject[];
  /** The Deployments in the order in which they change; undefined where all of them change at once. */
  readonly waves?: readonly ReleaseWave[];
  /** The Job that migrates the database, suspended; undefined where there is no schema. */
  readonly job?: KubernetesObject;
  readonly availability: AvailabilityArgs;
  /** Says what exactly was rolled out: a hash over all of the above. */
  readonly configHash: string;
}

/** Everything that the gates of one gateway are asked about. */
export interface Question<
  Settings extends GatewaySettings = GatewaySettings,
  Release extends KubernetesRelease = KubernetesRelease,
> {
  readonly config: GatewayConfig<Settings>;
  readonly release: Release;
  readonly facts: Facts;
  readonly plan: Plan;
  /** What its upgrade needs beside what runs, chapter by chapter. */
  readonly demands: readonly Demand[];
}

/**
 * What is true of a product in Kubernetes: data and functions that touch nothing. The functions are methods, so that products with settings of their own
 * stand in one list; each is only ever given its own settings and its own releases.
 */
export interface KubernetesProduct<
  Settings extends GatewaySettings = GatewaySettings,
  Release extends KubernetesRelease = KubernetesRelease,
> extends Product<Settings> {
  /** Renders a release. @param about - may remember what it has read of a chart that several gateways share */
  render(config: GatewayConfig<Settings>, about: AboutChart): Promise<Release>;
  /** Names that are known before anything is rendered. */
  names(settings: Settings): ReleaseNames;
  /** Where its database is reached; undefined where it has none. */
  database?(settings: Settings): DatabaseSource;
  /** Key of its environment that holds the pods' own connection string. */
  readonly databaseKey?: string;
  /** Names of all settings of its pods, sorted and without their values. */
  settingNames(config: GatewayConfig<Settings>): readonly string[];
  /** Deployments that may be unready as they were before this program, and are not waited for while they are taken over. */
  mayBeUnready?(names: Release["names"]): readonly string[];
  /** What its verification is told beside what all verifications are. */
  verification?(settings: Settings): Partial<VerificationInput>;
  /** What the upgrade of one gateway needs beside what runs. */
  demands(question: Omit<Question<Settings, Release>, "demands">): readonly Demand[];
  /** What all its gates say. @param stack - all gateways of the stack, this one among them, also those of other products */
  ask(question: Question<Settings, Release>, stack: readonly Question[]): readonly Finding[];
  /** True where the last evidence is of the very objects that the stack file asks for, and nothing else is asked for. */
  changesNothing(question: Question<Settings, Release>): boolean;
}
