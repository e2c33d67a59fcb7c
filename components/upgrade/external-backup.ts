import { z } from "zod";

/** What is known of a backup that this program has not taken. */
export const externalBackupSchema = z.object({
  /** By which its keeper finds it again. */
  name: z.string().min(1),
  /** ISO 8601: the moment at which it was complete. */
  time: z.iso.datetime({ offset: true }),
  /** Whether it succeeded. */
  success: z.boolean(),
});

export type ExternalBackup = z.output<typeof externalBackupSchema>;

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
