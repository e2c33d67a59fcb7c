import { migrationsOf } from "../objects/migration-label";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { StepFailure } from "../../upgrade/step-io";
import { ClusterError, type ClusterClient } from "../api/client";
import { jobState } from "../objects/job-state";
import type { Json, JsonList } from "../api/json";

/** One Job, and where it lives. */
export interface JobPlace {
  readonly namespace: string;
  readonly name: string;
}

/** The same at every call, so that the cluster knows whose fields these are. */
const manager = "fieldManager=gateways-step";

const folder = (namespace: string) => `/apis/batch/v1/namespaces/${namespace}/jobs`;
const pathOf = ({ namespace, name }: JobPlace) => `${folder(namespace)}/${name}`;

/** The live Job; undefined if there is none. */
export const findJob = (client: ClusterClient, place: JobPlace) =>
  client.find<Json<V1Job>>(pathOf(place));

/** Jobs whose labels match. */
export async function listJobs(
  client: ClusterClient,
  namespace: string,
  selector: string,
): Promise<readonly Json<V1Job>[]> {
  const path = `${folder(namespace)}?labelSelector=${encodeURIComponent(selector)}`;
  return (await client.get<JsonList<V1Job>>(path)).items;
}

/** Names of other migration Jobs of the instance that have begun and not ended. */
export async function otherRunners(
  client: ClusterClient,
  { namespace, name }: JobPlace,
  instance: string,
): Promise<readonly string[]> {
  const jobs = await listJobs(client, namespace, migrationsOf(instance));
  return jobs
    .filter((job) => ["active", "waiting"].includes(jobState(job).state))
    .map((job) => job.metadata?.name ?? "")
    .filter((other) => other !== name);
}

/** Pods of the Job, oldest first. */
export async function podsOfJob(
  client: ClusterClient,
  { namespace, name }: JobPlace,
): Promise<readonly Json<V1Pod>[]> {
  const selector = encodeURIComponent(`batch.kubernetes.io/job-name=${name}`);
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`;
  const { items } = await client.get<JsonList<V1Pod>>(path);
  const born = (pod: Json<V1Pod>) => Date.parse(pod.metadata?.creationTimestamp ?? "");
  return [...items].sort((one, other) => born(one) - born(other));
}

/** Lets the Job run, or holds it: its unfinished pods are ended then. */
export const suspendJob = (client: ClusterClient, place: JobPlace, suspend: boolean) =>
  client.get(`${pathOf(place)}?${manager}`, {
    method: "PATCH",
    type: "application/merge-patch+json",
    body: { spec: { suspend } },
  });

/** Longest wait for a Job and its pods to be gone, in seconds: several times what a pod gets to end. */
const GONE_WITHIN = 120;

/**
 * Removes the Job with its pods and returns once it is gone.
 *
 * @throws StepFailure if it is still there at the limit, as long as a pod of it is on a node that is gone
 */
export async function removeJob(
  client: ClusterClient,
  place: JobPlace,
  signal: AbortSignal | undefined,
  withinSeconds = GONE_WITHIN,
): Promise<void> {
  const end = Date.now() + withinSeconds * 1000;
  const body = { propagationPolicy: "Foreground" };
  await client.find(pathOf(place), { method: "DELETE", body });
  while ((await findJob(client, place)) !== undefined) {
    if (Date.now() > end)
      throw new StepFailure(
        `Job ${place.name} is still there ${withinSeconds} s after its removal`,
        `see what keeps its pod from ending, such as a node that is gone: kubectl describe job ${place.name} -n ${place.namespace}; then run this again`,
      );
    await pause(300, undefined, { signal });
  }
}

/** Annotation that tells a Job of this very call from one that was there before. */
const MADE_BY = "gateways/made-by";

/**
 * Makes the Job, running at once. If the answer to that was lost and the call was made again, the Job is there already: it is known by
 * its mark.
 *
 * @throws ClusterError if somebody else's Job has that name
 */
export async function makeJob(client: ClusterClient, place: JobPlace, job: unknown): Promise<void> {
  const mark = randomUUID();
  const { metadata, ...rest } = job as Json<V1Job>;
  const annotations = { ...metadata?.annotations, [MADE_BY]: mark };
  const body = { ...rest, metadata: { ...metadata, annotations } };
  try {
    await client.get(`${folder(place.namespace)}?${manager}`, { method: "POST", body });
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 409) throw error;
    const found = await findJob(client, place);
    if (found?.metadata?.annotations?.[MADE_BY] !== mark) throw error;
  }
}
