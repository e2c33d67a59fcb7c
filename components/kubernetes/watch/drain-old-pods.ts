import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json, JsonList } from "../api/json";
import { wordsOf, type StepIo } from "../../upgrade/step-io";
import { newestPods } from "./newest-pods";
import { workloadOf, type RolloutView } from "./rollout-view";
import { isReady } from "../objects/ready";

/** How pods leave that have no pause before their stop. */
export interface DrainRule {
  /** Key of a label by which Deployment and Service select their pods: with another value a pod belongs to neither. */
  readonly label: string;
  /** Seconds between the last request that it may be given and its stop. */
  readonly pauseSeconds: number;
}

/** Drains old pods during one rollout. */
export interface PodDrain {
  /** Takes out what may go by this look. True while pods are left that need it: then look again soon. */
  readonly see: (view: RolloutView) => boolean;
  /** Ends once every pod that was taken out has been told to stop. */
  readonly ended: () => Promise<void>;
}

const LEAVING = "-leaving";

/**
 * Old pods without a pause before their stop that have a successor already: as the chart ships them, they stop listening while the Service
 * still sends them new connections (S-54). Never so many that fewer than the wanted ones serve.
 */
export function drainablePods(view: RolloutView): readonly Json<V1Pod>[] {
  const newest = newestPods(view);
  const serving = view.pods.filter(isServing);
  const spare = serving.length - (workloadOf(view).spec?.replicas ?? 1);
  if (spare <= 0 || !newest.some(isServing)) return [];
  return oldPods(view).filter(isServing).slice(0, spare);
}

/** Old pods, serving or not, that would stop without a pause. */
const oldPods = (view: RolloutView): readonly Json<V1Pod>[] => {
  const newest = newestPods(view);
  return view.pods.filter((pod) => !newest.includes(pod) && !hasPause(pod) && !isEnding(pod));
};

const isEnding = ({ metadata }: Json<V1Pod>): boolean => metadata?.deletionTimestamp !== undefined;

const isServing = (pod: Json<V1Pod>): boolean => !isEnding(pod) && isReady(pod);

const hasPause = ({ spec }: Json<V1Pod>): boolean =>
  spec?.containers.some(({ lifecycle }) => lifecycle?.preStop !== undefined) === true;

/**
 * Does for pods without a pause what a preStop hook would do: takes each out of the Service once its successor serves, before the controller
 * stops it, and stops it when nobody asks it any more. Its ReplicaSet lets it go as well, and what that makes in its place is the
 * first to be scaled down. Pods that a killed run has taken out are drained too.
 */
export async function openPodDrain(
  client: ClusterClient,
  namespace: string,
  { label, pauseSeconds }: DrainRule,
  view: RolloutView,
  io: StepIo,
): Promise<PodDrain> {
  const folder = `/api/v1/namespaces/${namespace}/pods`;
  const labels = workloadOf(view).spec?.selector.matchLabels ?? {};
  const value = `${labels[label] ?? ""}${LEAVING}`;
  const leaving = new Map<string, Promise<void>>();

  const stop = async (name: string) => {
    await pause(pauseSeconds * 1000, undefined, { signal: io.signal });
    await client.find(`${folder}/${name}`, { method: "DELETE" });
  };
  const leave = async (name: string) => {
    await client.find(`${folder}/${name}`, {
      method: "PATCH",
      type: "application/merge-patch+json",
      body: { metadata: { labels: { [label]: value } } },
    });
    io.say(`pod ${name} has no pause before its stop: taken out of the Service first`);
    await stop(name);
  };
  const begin = (name: string, work: (name: string) => Promise<void>) => {
    if (leaving.has(name)) return;
    // Without the right to change pods the rollout goes on as it would by itself.
    const report = (error: unknown) => {
      io.say(`pod ${name} could not be taken out of the Service: ${wordsOf(error)}`);
    };
    leaving.set(name, work(name).catch(report));
  };

  const found = await client.get<JsonList<V1Pod>>(
    `${folder}?labelSelector=${encodeURIComponent(selectorOf({ ...labels, [label]: value }))}`,
  );
  for (const pod of found.items.filter((pod) => !isEnding(pod))) begin(nameOf(pod), stop);
  return {
    see: (next) => {
      for (const pod of drainablePods(next)) begin(nameOf(pod), leave);
      return oldPods(next).length > 0;
    },
    ended: async () => {
      await Promise.all(leaving.values());
    },
  };
}

const nameOf = ({ metadata }: Json<V1Pod>): string => metadata?.name ?? "";

const selectorOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
