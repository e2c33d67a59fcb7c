import type { ClusterClient } from "../api/client";
import { replicasBefore } from "../objects/remembered-replicas";
import { patchUnowned } from "./patch-unowned";

const manager = "gateways-restore";

/**
 * Sets the number of replicas and what is remembered of it, at once, and lets go of the field afterwards: whoever applies the workload
 * next decides on it without a conflict.
 *
 * @param remembered - what the annotation is to say; undefined to forget it.
 * @param dryRun - only asks whether it may be done.
 */
export async function setReplicas(
  client: ClusterClient,
  path: string,
  replicas: number | undefined,
  remembered: string | undefined,
  options: { readonly dryRun?: boolean } = {},
): Promise<void> {
  const annotations = { [replicasBefore]: remembered ?? null };
  const body = {
    metadata: { annotations },
    ...(replicas === undefined ? {} : { spec: { replicas } }),
  };
  await patchUnowned(client, path, manager, body, options);
}
