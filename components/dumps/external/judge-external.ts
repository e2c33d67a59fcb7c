import type { ExternalBackup } from "../../upgrade/platform";

/**
 * Why a backup that somebody else has taken does not do; undefined if it does. One of a time to come counts for none: a clock is wrong
 * then, and nobody knows its age.
 *
 * @param now - milliseconds since the epoch
 */
export function faultOf(
  { name, time, success }: ExternalBackup,
  { now, maxAgeMinutes }: { readonly now: number; readonly maxAgeMinutes: number },
): string | undefined {
  if (!success) return `${name} of ${time} has not succeeded`;
  const minutes = (now - Date.parse(time)) / 60_000;
  if (minutes < 0) return `${name} is of a time to come: ${time}`;
  if (minutes > maxAgeMinutes)
    return `${name} is ${Math.floor(minutes)} min old, and backup.maxAgeMinutes allows ${maxAgeMinutes} min`;
  return undefined;
}
