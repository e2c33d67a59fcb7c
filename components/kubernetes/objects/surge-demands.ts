import type { Demand, PodDemand } from "./demand";
import type { KubernetesObject } from "./object";
import { isWorkload } from "./workload-kind";
import { podDemand } from "./pod-demand";
import { rolloutPods, type Running } from "../watch/rollout-pods";

/**
 * What an upgrade needs beside the running pods: first the pod through which the steps reach the database, then the migration's beside it,
 * then what every workload needs at the fullest moment of its rollout.
 */
export function surgeDemands({
  gateway,
  objects,
  job,
  client,
  running,
}: {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly objects: readonly KubernetesObject[];
  /** The migration, which has ended before the rollout begins; undefined if there is no schema. */
  readonly job: KubernetesObject | undefined;
  /** The Job whose pod reaches the database for backup and migration; undefined if they reach it otherwise. */
  readonly client?: KubernetesObject | undefined;
  /** The live workloads; none on a first install, and undefined if nobody could look. */
  readonly running: readonly Running[] | undefined;
}): readonly Demand[] {
  const workloads = objects.filter(isWorkload);
  const gateways = [gateway];
  const clients =
    client === undefined
      ? []
      : one(client, "the database client").map((pod) => ({ ...pod, removed: true }));
  return [
    ...(clients.length === 0 ? [] : [{ chapter: "backup", gateways, pods: clients }]),
    ...(job === undefined
      ? []
      : [{ chapter: "schema", gateways, pods: [...clients, ...one(job, "the migration")] }]),
    {
      chapter: "rollout",
      gateways,
      pods: workloads.flatMap((object) => rolloutPods(objects, object, running)),
    },
  ];
}

const one = (object: KubernetesObject, name: string): readonly PodDemand[] => {
  const pod = podDemand(object, name);
  return pod === undefined ? [] : [pod];
};
