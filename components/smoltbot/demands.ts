import type { SmoltbotConfig, SmoltbotGateway } from "./config";
import { surgeDemands } from "../kubernetes/objects/surge-demands";
import { clientJob } from "../postgres/client-job";
import { needsNoDatabase } from "../upgrade/plan/came-back";
import { together, type Demand } from "../kubernetes/objects/demand";
import type { Facts } from "../upgrade/facts";
import { isSettled, type Plan } from "../upgrade/plan/plan";
import { databaseSource } from "./database-source";
import { rolledOut, type SmoltbotRelease } from "./release";

/** What the demands of one gateway follow from. */
export interface DemandsArgs {
  readonly config: Pick<SmoltbotGateway, "name" | "settings">;
  readonly release: Pick<SmoltbotRelease, "workloads" | "availability" | "job" | "configHash">;
  readonly facts: Pick<Facts, "own" | "cluster">;
  readonly plan: Plan;
}

/** What a gateway needs, and where. */
export interface PlacedDemands {
  readonly config: { readonly settings: Pick<SmoltbotConfig, "kubernetes"> };
  readonly demands: readonly Demand[];
}

/**
 * What the upgrade of one gateway needs beside what runs; nothing where it stays as it is. An adoption starts no more than what reaches the
 * database, and a way back within a major only its pods.
 */
export function demandsOf({ config, release, facts, plan }: DemandsArgs): readonly Demand[] {
  if (isSettled(plan) && isVerified(facts, release)) return [];
  const { name, settings } = config;
  const source = databaseSource(settings);
  const demands = surgeDemands({
    gateway: name,
    objects: rolledOut(release),
    job: release.job,
    client: source.kind === "job" ? clientJob(source, source.name) : undefined,
    running: runningOf(facts.cluster, plan),
  });
  if (settings.adopt) return demands.filter(({ chapter }) => chapter === "backup");
  return needsNoDatabase(plan) ? demands.filter(({ chapter }) => chapter === "rollout") : demands;
}

const runningOf = (cluster: Facts["cluster"], { change }: Plan) => {
  if (change === "install") return [];
  return cluster.observed ? cluster.value.workloads : undefined;
};

/** True where the last evidence is of these very objects. */
export const isVerified = (
  { own }: Pick<Facts, "own">,
  { configHash }: Pick<SmoltbotRelease, "configHash">,
): boolean => own.observed && own.value?.configHash === configHash;

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

const place = ({ config }: PlacedDemands) => config.settings.kubernetes;

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
