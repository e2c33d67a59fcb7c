import { setTimeout as pause } from "node:timers/promises";
import type { OneByOne, ReplaceOptions } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { ClusterClient } from "../api/client";
import { readStepName, workloadPath } from "../objects/workload-kind";
import { nextOf, nextTurn, restingAt, type Turn } from "../watch/ordinal-turns";
import { patchUnowned } from "../watch/patch-unowned";
import { podWarning, statefulSetWarning } from "../watch/pod-warnings";
import type { Since } from "../watch/problems";
import { readStatefulSet } from "../watch/read-rollout";
import { refreshStuckPods } from "../watch/refresh-stuck-pods";
import type { StatefulSetView } from "../watch/rollout-view";
import { besideOld } from "./beside-old";
import { failIfStuck, tellWaits } from "./turns";

/** Name under which the partition is written. */
const manager = "gateways-rollout";

/** What a wait for pods that are under way may take beside the time that an old one has to end, in seconds. */
const startsWithin = 180;

/**
 * The pods of a StatefulSet, or the old ones of a Deployment, each replaced on command; see {@link OneByOne}.
 *
 * @param lookEvery - in milliseconds
 */
export function oneByOne(
  client: ClusterClient,
  namespace: string,
  workload: string,
  options: ReplaceOptions,
  io: StepIo,
  lookEvery = 500,
): OneByOne {
  const { kind, name } = readStepName(workload);
  const place: Place = { client, namespace, name, options, io, lookEvery };
  if (kind === "Deployment") return besideOld(place);
  return {
    // The partition at which it rests is declared.
    hold: () => Promise.resolve(),
    waiting: async () => {
      const view = await readHeld(place);
      const since = await refreshStuckPods(client, namespace, view, io);
      return carryOn(place, startsWithin + graceOf(view), since, (seen) =>
        nextTurn(seen, Date.now()),
      );
    },
    replace: async (instance, withinSeconds) => {
      let wasDeleted = false;
      await carryOn(place, withinSeconds, new Map(), (seen) => {
        const turn = nextOf(seen, instance, Date.now(), wasDeleted);
        wasDeleted ||= turn.do === "delete";
        return turn;
      });
    },
  };
}

interface Place {
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly name: string;
  readonly options: ReplaceOptions;
  readonly io: StepIo;
  readonly lookEvery: number;
}

const graceOf = ({ statefulSet }: StatefulSetView): number =>
  statefulSet.spec?.template.spec?.terminationGracePeriodSeconds ?? 30;

/** Does what is next until nothing is left to do, and returns the names of those that wait. */
async function carryOn(
  place: Place,
  withinSeconds: number,
  before: Since,
  decide: (view: StatefulSetView) => Turn,
): Promise<readonly string[]> {
  const { io, name, lookEvery } = place;
  const end = Date.now() + withinSeconds * 1000;
  let since = before;
  const tell = tellWaits(name, io);
  for (;;) {
    const view = await readHeld(place);
    const turn = decide(view);
    if (turn.do === "end") return turn.waiting;
    if (turn.do === "refuse")
      throw new StepFailure(`${name}: ${turn.reason}`, "run the upgrade again");
    since = failIfStuck(place, view, since);
    if (turn.do === "release") await release(place, turn.from);
    if (turn.do === "delete") await deletePod(place, turn.pod);
    tell(turn.do === "wait" ? turn.for : "");
    if (Date.now() > end) throw await tooLate(place, view, withinSeconds, turn);
    await pause(lookEvery, undefined, { signal: io.signal });
  }
}

/** @throws StepFailure if nothing holds its pods: then its controller would replace all of them, one after the other. */
async function readHeld({ client, namespace, name }: Place): Promise<StatefulSetView> {
  const view = await readStatefulSet(client, namespace, name);
  if (restingAt(view.statefulSet) !== undefined) return view;
  const type = view.statefulSet.spec?.updateStrategy?.type ?? "RollingUpdate";
  throw new StepFailure(
    `the pods of StatefulSet ${name} do not wait for their turns: its update strategy is ${type} without a place to rest at`,
    "see who else changes this StatefulSet, then run the upgrade again",
  );
}

const release = ({ client, namespace, name }: Place, partition: number): Promise<void> =>
  patchUnowned(client, workloadPath(namespace, { kind: "StatefulSet", name }), manager, {
    spec: { updateStrategy: { rollingUpdate: { partition } } },
  });

async function deletePod({ client, namespace, io }: Place, pod: string): Promise<void> {
  io.say(`pod ${pod} is not ready and keeps its successor from starting: deleting it`);
  await client.find(`/api/v1/namespaces/${namespace}/pods/${pod}`, { method: "DELETE" });
}

async function tooLate(
  { client, namespace, name }: Place,
  { pods }: StatefulSetView,
  seconds: number,
  turn: Turn,
): Promise<StepFailure> {
  const [ofPods, ofSet] = await Promise.all([
    podWarning(client, namespace, pods).catch(() => ""),
    statefulSetWarning(client, namespace, name).catch(() => ""),
  ]);
  const what = turn.do === "wait" ? `still waits for ${turn.for}` : "is still not replaced";
  const warnings = [ofSet, ofPods].filter((text) => text !== "").map((text) => `; ${text}`);
  return new StepFailure(
    `${name} ${what} after ${seconds} s${warnings.join("")}`,
    "see what its pods wait for, then run the upgrade again; it goes on from here",
  );
}
