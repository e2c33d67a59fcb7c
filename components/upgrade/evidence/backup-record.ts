import { z } from "zod";
import type { Observation } from "../observation";
import type { Outputs } from "./stack-outputs";

/**
 * What a proven dump leaves behind as a stack output, free of secrets: any machine knows by it what must lie in the backup directory.
 */
const backupRecordSchema = z.strictObject({
  /** File name: `smoltbot-prod-20260102t030405z-before-1.1.0.dump.zst`. */
  dump: z.string(),
  /** Hash of the file. */
  sha256: z.string(),
  /** Rows of all tables. */
  rows: z.number(),
  /** Last migration that it holds, or "". */
  schemaHead: z.string(),
  /** ISO 8601, UTC: the moment whose state the dump holds. */
  takenAt: z.string(),
});

export type BackupRecord = z.infer<typeof backupRecordSchema>;

/** The record that a stack left behind under this name; undefined if it has none, or if it cannot be read: it only informs. */
export const readBackupRecord = (
  outputs: Observation<Outputs>,
  name: string,
): BackupRecord | undefined =>
  backupRecordSchema.safeParse(outputs.observed ? outputs.value[name] : undefined).data;
