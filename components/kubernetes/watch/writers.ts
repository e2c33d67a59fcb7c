import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import { selectorText } from "../objects/selector-text";
import type { JsonList } from "../api/json";
import { isRolloutDue, rememberedReplicas, remembering } from "../objects/remembered-replicas";
import { readStepName, workloadPath } from "../objects/workload-kind";
import { setReplicas } from "./replicas-before";
import type { LiveWorkload } from "./rollout-view";
import type { StartedWriters, Writers } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";

/** What writes to the database. */
export interface WritersPlace {
  readonly namespace: string;
  /** Names of the workloads, as steps call them. */
  readonly workloads: readonly string[];
}

/** The workloads that write to the database; see {@link Writers}. */
export const writersOf = (client: ClusterClient, place: WritersPlace, io: StepIo): Writers => ({
  checkStop: () => checkStop(client, place),
  stop: (deadlineSeconds) => stopWriters(client, place, deadlineSeconds, io),
  keepStopped: () => keepStopped(client, place),
  start: () => startWriters(client, place),
});

/**
 * Asks whether each of them is there and may be stopped. Changes nothing.
 *
 * @throws StepFailure if one is missing; ClusterError if one may not be changed.
 */
async function checkStop(client: ClusterClient, writers: WritersPlace): Promise<void> {
  for (const { path, workload } of await read(client, writers)) {
    await setReplicas(client, path, 0, before(workload), { dryRun: true });
  }
}

/**
 * Scales the writers to nothing, each remembering its replicas, and returns once none of their pods is left. An autoscaler leaves a
 * workload of no replicas alone.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/podautoscaler/horizontal.go` (ScalingDisabled).
 *
 * @throws StepFailure if pods are left after the deadline, naming them.
 */
async function stopWriters(
  client: ClusterClient,
  writers: WritersPlace,
  deadlineSeconds: number,
  io: StepIo,
): Promise<void> {
  const found = await read(client, writers);
  for (const { name, path, workload } of found) {
    const replicas = workload.spec?.replicas ?? 1;
    io.say(
      replicas === 0 ? `${name} is stopped already` : `stopping ${name} (${replicas} replicas)`,
    );
    await setReplicas(client, path, 0, before(workload));
  }
  const end = Date.now() + deadlineSeconds * 1000;
  for (let said = ""; ;) {
    const pods = (await podsOf(client, writers.namespace, found)).join(", ");
    if (pods === "") return;
    if (pods !== said) io.say(`waiting for pods to be gone: ${pods}`);
    said = pods;
    if (Date.now() > end)
      throw new StepFailure(
        `pods that write to the database are still there after ${deadlineSeconds} s: ${pods}`,
        "see why they do not end (a node that is gone?), then run this again",
      );
    await pause(500, undefined, { signal: io.signal });
  }
}

/**
 * Notes that the restore for which they were stopped is complete: from now on the rollout of the older release alone starts them. What
 * no restore has stopped is left alone.
 */
async function keepStopped(client: ClusterClient, writers: WritersPlace): Promise<void> {
  for (const { path, replicas, isDue } of await readStopped(client, writers)) {
    if (!isDue) await setReplicas(client, path, undefined, remembering(replicas, true));
  }
}

/**
 * Scales back what a restore has stopped. Missing workloads are skipped. One whose database an earlier restore has made older than its
 * release stays stopped.
 */
async function startWriters(client: ClusterClient, writers: WritersPlace): Promise<StartedWriters> {
  const stopped = await readStopped(client, writers);
  const ours = stopped.filter(({ isDue }) => !isDue);
  for (const { path, replicas } of ours) await setReplicas(client, path, replicas, undefined);
  return {
    started: ours.map(({ name, replicas }) => `scaled ${name} to ${replicas} replicas`),
    left: stopped.filter(({ isDue }) => isDue).map(({ name }) => name),
  };
}

/** Those that a restore has stopped, each with the replicas that it had. */
async function readStopped(client: ClusterClient, { namespace, workloads }: WritersPlace) {
  const found = await Promise.all(
    workloads.map(async (name) => {
      const path = workloadPath(namespace, readStepName(name));
      const workload = await client.find<LiveWorkload>(path);
      const replicas = workload === undefined ? undefined : rememberedReplicas(workload);
      if (workload === undefined || replicas === undefined) return [];
      return [{ name, path, replicas, isDue: isRolloutDue(workload) }];
    }),
  );
  return found.flat();
}

interface Found {
  readonly name: string;
  readonly path: string;
  readonly workload: LiveWorkload;
}

/** A run that was killed has remembered the number, and ours would be 0. */
const before = (workload: LiveWorkload): string =>
  remembering(rememberedReplicas(workload) ?? workload.spec?.replicas ?? 1, isRolloutDue(workload));

const read = (client: ClusterClient, { namespace, workloads }: WritersPlace) =>
  Promise.all(
    workloads.map(async (name): Promise<Found> => {
      const named = readStepName(name);
      const path = workloadPath(namespace, named);
      const workload = await client.find<LiveWorkload>(path);
      if (workload === undefined)
        throw new StepFailure(
          `there is no ${named.kind} ${namespace}/${named.name} to stop`,
          "somebody has removed it: set the version to the release that runs, run pulumi refresh and pulumi up, which make it again, then go back",
        );
      return { name, path, workload };
    }),
  );

/** Names of pods that may still write. */
async function podsOf(
  client: ClusterClient,
  namespace: string,
  found: readonly Found[],
): Promise<readonly string[]> {
  const lists = await Promise.all(
    found.map(({ workload }) => {
      const query = new URLSearchParams({
        labelSelector: selectorText(workload.spec?.selector),
        fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
      });
      return client.get<JsonList<V1Pod>>(
        `/api/v1/namespaces/${namespace}/pods?${query.toString()}`,
      );
    }),
  );
  const names = lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
  return [...new Set(names)].sort();
}
