import type { ClusterClient } from "../api/client";
import { rememberedReplicas } from "../objects/remembered-replicas";
import { deploymentPath, setReplicas } from "./replicas-before";
import type { StepIo } from "../../upgrade/step-io";
import type { RolloutView } from "./judge-rollout";

/**
 * Brings a Deployment that a restore has stopped back to the replicas that it had, and forgets them. If the applied object declares
 * replicas they are there already; under an autoscaler nobody else would bring them back.
 */
export async function startStopped(
  client: ClusterClient,
  namespace: string,
  { deployment }: RolloutView,
  io: StepIo,
): Promise<void> {
  const remembered = rememberedReplicas(deployment);
  if (remembered === undefined) return;
  const name = deployment.metadata?.name ?? "";
  const stopped = deployment.spec?.replicas === 0 && remembered > 0;
  if (stopped) io.say(`${name} was stopped by a restore; scaling it to ${remembered} again`);
  const path = deploymentPath(namespace, name);
  await setReplicas(client, path, stopped ? remembered : undefined, undefined);
}
