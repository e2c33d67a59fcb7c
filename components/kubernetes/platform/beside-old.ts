import { setTimeout as pause } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { OneByOne, ReplaceOptions } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { ClusterClient } from "../api/client";
import type { Json } from "../api/json";
import { HELD_SECONDS } from "../objects/hold";
import { workloadPath } from "../objects/workload-kind";
import {
  HASH,
  hashOfLeaving,
  LEAVING,
  nextBeside,
  nextHeld,
  type BesideTurn,
} from "../watch/beside-turns";
import { patchUnowned } from "../watch/patch-unowned";
import { podWarning } from "../watch/pod-warnings";
import type { Since } from "../watch/problems";
import { readDeployment } from "../watch/read-rollout";
import type { DeploymentView } from "../watch/rollout-view";
import { failIfStuck, tellWaits } from "./turns";

/** Name under which the hold is written. */
const manager = "gateways-rollout";

/** How long new pods may take to come up, if nothing about them says that they will not, in seconds. */
const startsWithin = 600;
/** How long Kubernetes may take to see what it is told, in seconds. */
const seenWithin = 60;
/** The API server takes no shorter one than `minReadySeconds`; this one is none. */
const NO_DEADLINE = 2_147_483_647;

const strategic = "application/strategic-merge-patch+json";

/** Where a Deployment is. */
export interface BesidePlace {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly name: string;
  readonly options: ReplaceOptions;
  readonly io: StepIo;
  /** In milliseconds. */
  readonly lookEvery: number;
}

/**
 * The pods of a Deployment whose new ones all come up first; see {@link OneByOne}. Old ones are taken out of the hands of Kubernetes, which would stop
 * them by itself, and stop on command. They keep every label but the one by which their ReplicaSet knows them, and go with their Deployment if that is deleted.
 */
export const besideOld = (place: BesidePlace): OneByOne => ({
  hold: async () => {
    const { client, namespace, name } = place;
    const path = workloadPath(namespace, { kind: "Deployment", name });
    // Before a first install there is nothing to hold.
    if ((await client.find(path)) === undefined) return;
    await carryOn(place, seenWithin, nextHeld);
  },
  waiting: () => carryOn(place, startsWithin, nextBeside),
  replace: (instance, withinSeconds) => stop(place, instance, withinSeconds),
});

/** Does what is next until nothing is left to do, and returns the names of those that leave. */
async function carryOn(
  place: BesidePlace,
  withinSeconds: number,
  decide: (view: DeploymentView) => BesideTurn,
): Promise<readonly string[]> {
  const { client, namespace, name, io, lookEvery } = place;
  const end = Date.now() + withinSeconds * 1000;
  let since: Since = new Map();
  const tell = tellWaits(name, io);
  for (;;) {
    const view = await readDeployment(client, namespace, name);
    const turn = decide(view);
    if (turn.do === "end") return turn.leaving;
    if (decide === nextBeside) since = failIfStuck(place, view, since);
    await act(place, view, turn);
    const wait = turn.do === "wait" ? turn.for : "";
    tell(wait);
    if (Date.now() > end) throw await tooLate(place, view, withinSeconds, wait);
    await pause(lookEvery, undefined, { signal: io.signal });
  }
}

async function act(place: BesidePlace, view: DeploymentView, turn: BesideTurn): Promise<void> {
  const { client, namespace, io } = place;
  const folder = `/api/v1/namespaces/${namespace}/pods`;
  const changeSet = (name: string, spec: object) =>
    change(client, `/apis/apps/v1/namespaces/${namespace}/replicasets/${name}`, { spec });
  const sendTo = (node: string | null) => ({
    template: { spec: { nodeSelector: { [LEAVING]: node } } },
  });
  switch (turn.do) {
    case "hold":
      return declare(place, {
        minReadySeconds: HELD_SECONDS,
        progressDeadlineSeconds: NO_DEADLINE,
      });
    case "rest":
      return declare(place, { minReadySeconds: null, progressDeadlineSeconds: null });
    case "mark":
      for (const pod of turn.pods) await mark(place, view, pod);
      return;
    case "detach":
      for (const pod of turn.pods) {
        const labels = { [HASH]: `${hashOfLeaving(pod) ?? ""}-leaving` };
        await change(client, `${folder}/${nameOf(pod)}`, { metadata: { labels } });
      }
      return;
    case "bar":
      return changeSet(turn.replicaSet, sendTo("none"));
    case "unbar":
      return changeSet(turn.replicaSet, sendTo(null));
    case "empty":
      return changeSet(turn.replicaSet, { replicas: 0 });
    case "delete":
      io.say(`pod ${turn.pod} of the older release does not run: deleting it`);
      await client.find(`${folder}/${turn.pod}`, { method: "DELETE" });
      return;
    default:
  }
}

const declare = ({ client, namespace, name }: BesidePlace, spec: object): Promise<void> =>
  patchUnowned(client, workloadPath(namespace, { kind: "Deployment", name }), manager, { spec });

/** Its ReplicaSet still has it. It goes with the Deployment if that is deleted: nobody else would stop it. */
async function mark(
  { client, namespace, name }: BesidePlace,
  { deployment }: DeploymentView,
  pod: Json<V1Pod>,
): Promise<void> {
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name, uid: deployment.metadata?.uid };
  await change(client, `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}`, {
    metadata: {
      labels: { [LEAVING]: pod.metadata?.labels?.[HASH] ?? "" },
      ownerReferences: [{ ...owner, controller: false, blockOwnerDeletion: false }],
    },
  });
}

/** One that is gone needs no change. */
const change = async (client: ClusterClient, path: string, body: object): Promise<void> => {
  await client.find(path, { method: "PATCH", type: strategic, body });
};

/** Tells a pod to end, once, and waits until it is gone. */
async function stop(
  { client, namespace, name, io, lookEvery }: BesidePlace,
  instance: string,
  withinSeconds: number,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${instance}`;
  const end = Date.now() + withinSeconds * 1000;
  for (;;) {
    const pod = await client.find<Json<V1Pod>>(path);
    if (pod === undefined) return;
    if (hashOfLeaving(pod) === undefined)
      throw new StepFailure(
        `${name}: ${instance} may not be stopped, since it does not leave`,
        "run the upgrade again",
      );
    if (pod.metadata?.deletionTimestamp === undefined)
      await client.find(path, { method: "DELETE" });
    if (Date.now() > end)
      throw new StepFailure(
        `${instance} is still there ${withinSeconds} s after it was told to stop`,
        "see what keeps its node from ending it, then run the upgrade again; it goes on from here",
      );
    await pause(lookEvery, undefined, { signal: io.signal });
  }
}

async function tooLate(
  { client, namespace, name }: BesidePlace,
  { pods }: DeploymentView,
  seconds: number,
  wait: string,
): Promise<StepFailure> {
  const warning = await podWarning(client, namespace, pods).catch(() => "");
  const what = wait === "" ? "is still not rolled out" : `still waits for ${wait}`;
  return new StepFailure(
    `${name} ${what} after ${seconds} s${warning === "" ? "" : `; ${warning}`}`,
    "see what its pods wait for, then run the upgrade again; it goes on from here",
  );
}

const nameOf = ({ metadata }: Json<V1Pod>): string => metadata?.name ?? "";
