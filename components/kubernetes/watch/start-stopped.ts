import type { ClusterClient } from "../api/client";
import { rememberedReplicas } from "../objects/remembered-replicas";
import { workloadPath } from "../objects/workload-kind";
import type { StepIo } from "../../upgrade/step-io";
import { setReplicas } from "./replicas-before";
import { namedIn, workloadOf, type RolloutView } from "./rollout-view";

/**
 * Brings a workload that a restore has stopped back to the replicas that it had, and forgets them. If the applied object declares
 * replicas they are there already; under an autoscaler nobody else would bring them back.
 */
export async function startStopped(
  client: ClusterClient,
  namespace: string,
  view: RolloutView,
  io: StepIo,
): Promise<void> {
  const workload = workloadOf(view);
  const remembered = rememberedReplicas(workload);
  if (remembered === undefined) return;
  const named = namedIn(view);
  const stopped = workload.spec?.replicas === 0 && remembered > 0;
  if (stopped) io.say(`${named.name} was stopped by a restore; scaling it to ${remembered} again`);
  const path = workloadPath(namespace, named);
  await setReplicas(client, path, stopped ? remembered : undefined, undefined);
}
