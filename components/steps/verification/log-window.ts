import type { Instance } from "../../upgrade/platform";

/** From when on what instances write is held against the release (S-18, S-19). */
export interface LogWindow {
  /** When the watch began, in milliseconds since the epoch. */
  readonly begun: number;
  /** True if the watch follows the rollout that has made the instances: then all that they wrote is about the release. */
  readonly afterRollout: boolean;
}

/** The verification of a rollout begins within this of its end, in milliseconds. One that is run again begins later. */
const soon = 30_000;

/** Instances older than this are of no rollout that has just ended, in milliseconds. */
const longestRollout = 900_000;

/** Opens the window for a watch that begins now. */
export function openLogWindow(
  instances: readonly Pick<Instance, "readySince">[],
  now: number,
): LogWindow {
  const times = instances.map(({ readySince = "" }) => Date.parse(readySince));
  const newest = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return { begun: now, afterRollout: now - newest <= soon };
}

/** How many seconds of an instance's log count; undefined if all of it does. Seconds, since the clocks of nodes may go otherwise than ours. */
export function secondsThatCount(
  { begun, afterRollout }: LogWindow,
  created: string | undefined,
  now: number,
): number | undefined {
  const since = begun - (afterRollout ? longestRollout : 0);
  if (Date.parse(created ?? "") >= since) return undefined;
  return Math.max(1, Math.ceil((now - begun) / 1000));
}
