import { isVerified } from "../upgrade/changes-nothing";
import { needsNoDatabase } from "../upgrade/plan/came-back";
import { isSettled, type Plan } from "../upgrade/plan/plan";
import type { KubernetesFacts } from "./facts/cluster-facts";
import type { KubernetesInput, KubernetesPlace } from "./gate-input";
import { together, type Demand } from "./objects/demand";
import type { KubernetesObject } from "./objects/object";
import { surgeDemands } from "./objects/surge-demands";

/** What the demands of one gateway follow from. */
export interface DemandsArgs {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly settings: Pick<KubernetesInput["settings"], "adopt">;
  readonly release: Pick<KubernetesInput["release"], "rolledOut" | "configHash">;
  /** The migration; undefined if there is no schema. */
  readonly job: KubernetesObject | undefined;
  /** The Job whose pod reaches the database; undefined if the steps reach it otherwise. */
  readonly client: KubernetesObject | undefined;
  readonly facts: Pick<KubernetesFacts, "own" | "cluster">;
  readonly plan: Plan;
}

/** What a gateway needs, and where. */
export interface PlacedDemands {
  readonly settings: { readonly kubernetes: Omit<KubernetesPlace, "release"> };
  readonly demands: readonly Demand[];
}

/**
 * What the upgrade of one gateway needs beside what runs; nothing where it stays as it is. An adoption starts no more than what reaches the
 * database, and a way back within a major only its pods.
 */
export function demandsOf(args: DemandsArgs): readonly Demand[] {
  const { gateway, settings, release, job, client, facts, plan } = args;
  if (isSettled(plan) && isVerified(facts, release)) return [];
  const demands = surgeDemands({
    gateway,
    objects: release.rolledOut,
    job,
    client,
    running: runningOf(facts.cluster, plan),
  });
  if (settings.adopt) return demands.filter(({ chapter }) => chapter === "backup");
  return needsNoDatabase(plan) ? demands.filter(({ chapter }) => chapter === "rollout") : demands;
}

const runningOf = (cluster: KubernetesFacts["cluster"], { change }: Plan) => {
  if (change === "install") return [];
  return cluster.observed ? cluster.value.workloads : undefined;
};

/** The demands of a gateway, each with the same chapter of those others of the stack that share its cluster. */
export const demandsInCluster = (
  own: PlacedDemands,
  stack: readonly PlacedDemands[],
): readonly Demand[] => among(own, stack.filter(sharesCluster(own)));

/** The demands of a gateway, each with the same chapter of those others of the stack that share its namespace. */
export const demandsInNamespace = (
  own: PlacedDemands,
  stack: readonly PlacedDemands[],
): readonly Demand[] =>
  among(
    own,
    stack
      .filter(sharesCluster(own))
      .filter((other) => place(other).namespace === place(own).namespace),
  );

const place = ({ settings }: PlacedDemands) => settings.kubernetes;

const sharesCluster =
  (own: PlacedDemands) =>
  (other: PlacedDemands): boolean =>
    place(other).kubeconfig === place(own).kubeconfig &&
    place(other).context === place(own).context;

/** A chapter for which a gateway needs no pod is nobody else's matter. */
const among = (own: PlacedDemands, neighbours: readonly PlacedDemands[]): readonly Demand[] =>
  own.demands.map((demand) => {
    const same = neighbours
      .flatMap(({ demands }) => demands)
      .filter(({ chapter, pods }) => chapter === demand.chapter && pods.length > 0);
    return demand.pods.length === 0 || same.length < 2 ? demand : together(demand.chapter, same);
  });
