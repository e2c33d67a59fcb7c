import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { Json } from "../api/json";

/** Annotation of a workload that a restore has stopped: how many replicas it had, and whether that restore is complete. */
export const replicasBefore = "gateways/replicas-before-restore";

const rolloutDue = ", rollout due";

interface Annotated {
  readonly metadata?: Json<V1ObjectMeta>;
}

/** How many replicas a stopped workload had; undefined if no restore has stopped it. */
export function rememberedReplicas({ metadata }: Annotated): number | undefined {
  const text = metadata?.annotations?.[replicasBefore] ?? "";
  const replicas = text.endsWith(rolloutDue) ? text.slice(0, -rolloutDue.length) : text;
  return /^\d+$/.test(replicas) ? Number(replicas) : undefined;
}

/** Whether the restore that stopped it is complete: its database is older than its release by then, and a rollout alone may start it. */
export const isRolloutDue = ({ metadata }: Annotated): boolean =>
  metadata?.annotations?.[replicasBefore]?.endsWith(rolloutDue) === true;

/** What the annotation says. */
export const remembering = (replicas: number, due: boolean): string =>
  `${replicas}${due ? rolloutDue : ""}`;
