import type { RolloutOptions, RolloutWatch } from "../../upgrade/platform";
import { wordsOf, type StepIo } from "../../upgrade/step-io";
import type { ClusterClient } from "../api/client";
import { openPodDrain, type PodDrain } from "../watch/drain-old-pods";
import { judgeRollout } from "../watch/judge-rollout";
import { newestPods } from "../watch/newest-pods";
import { podWarning } from "../watch/pod-warnings";
import type { Since } from "../watch/problems";
import { readRollout } from "../watch/read-rollout";
import { refreshStuckPods } from "../watch/refresh-stuck-pods";
import type { RolloutView } from "../watch/rollout-view";
import { startStopped } from "../watch/start-stopped";
import { workloadLook } from "./instances";

/** Watches the rollout of one workload; see {@link RolloutWatch}. */
export function watchRollout(
  client: ClusterClient,
  namespace: string,
  workload: string,
  options: RolloutOptions,
  io: StepIo,
): RolloutWatch {
  const tolerance = {
    unschedulable: options.unschedulableWithinSeconds,
    ready: options.readyWithinSeconds,
  };
  let since: Since = new Map();
  let drain: PodDrain | undefined;
  let isDraining = false;
  let last: RolloutView | undefined;
  const read = async () => (last = await readRollout(client, namespace, workload));
  return {
    look: async () => {
      const view = await read();
      isDraining = drain?.see(view) === true;
      const verdict = judgeRollout(view, since, Date.now(), tolerance);
      since = verdict.since;
      return workloadLook(view, verdict);
    },
    begin: async () => {
      const view = last ?? (await read());
      await startStopped(client, namespace, view, io);
      since = await refreshStuckPods(client, namespace, view, io);
      const rule = options.drain;
      drain = rule && (await openPodDrain(client, namespace, rule, view, io));
    },
    isDraining: () => isDraining,
    end: async () => drain?.ended(),
    warning: async () =>
      podWarning(client, namespace, last === undefined ? [] : newestPods(last)).catch(wordsOf),
  };
}
