import type { V1Pod } from "@kubernetes/client-node";
import type { Json } from "../../kubernetes/api/json";

/** From when on what pods write is held against the release (S-18, S-19). */
export interface LogWindow {
  /** When the watch began, in milliseconds since the epoch. */
  readonly begun: number;
  /** True where the watch follows the rollout that has made the pods: then all that these pods wrote is about the release. */
  readonly afterRollout: boolean;
}

/** The verification of a rollout begins within this of its end, in milliseconds. One that is run again begins later. */
const soon = 30_000;

/** Pods older than this are of no rollout that has just ended, in milliseconds. */
const longestRollout = 900_000;

/** Opens the window for a watch that begins now. */
export function openLogWindow(pods: readonly Json<V1Pod>[], now: number): LogWindow {
  const newest = Math.max(...pods.map(readySince).filter((time) => !Number.isNaN(time)));
  return { begun: now, afterRollout: now - newest <= soon };
}

/** How many seconds of a pod's log count; undefined where all of it does. Seconds, since the clocks of nodes may go otherwise than ours. */
export function secondsThatCount(
  { begun, afterRollout }: LogWindow,
  created: string | undefined,
  now: number,
): number | undefined {
  const since = begun - (afterRollout ? longestRollout : 0);
  if (Date.parse(created ?? "") >= since) return undefined;
  return Math.max(1, Math.ceil((now - begun) / 1000));
}

const readySince = ({ status }: Json<V1Pod>): number =>
  Date.parse(
    status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True")
      ?.lastTransitionTime ?? "",
  );
