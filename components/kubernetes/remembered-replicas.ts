import type { V1Deployment } from "@kubernetes/client-node";
import type { Wire } from "./wire";

/** Annotation of a Deployment that a restore has stopped: how many replicas it had. */
export const replicasBefore = "gateways/replicas-before-restore";

/** How many replicas a stopped Deployment had; undefined where no restore has stopped it. */
export function rememberedReplicas({
  metadata,
}: Pick<Wire<V1Deployment>, "metadata">): number | undefined {
  const text = metadata?.annotations?.[replicasBefore] ?? "";
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
