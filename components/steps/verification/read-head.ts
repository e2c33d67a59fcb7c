import { openDatabase } from "../../postgres/database";
import { readMigrations } from "../../postgres/migrations";
import { withSource } from "../../postgres/with-source";
import { longestLook, within } from "../../postgres/within";
import type { OpenPlatform } from "../../upgrade/platform";
import { wordsOf, type StepIo } from "../../upgrade/step-io";
import type { CameBack } from "../../upgrade/plan/came-back";
import type { Fault } from "./fault";
import type { VerificationTask } from "../verification-input";

/** The schema on which a release was seen to work. */
export interface Head {
  /** Last applied migration, or "". */
  readonly head: string;
  /** ISO 8601, UTC: when it was read, where that was before this verification; else undefined. */
  readonly seenAt?: string;
  readonly faults: readonly Fault[];
}

/** Longest look if the release is not verified without it, in seconds. */
const TIMEOUT = 120;

/**
 * Reads the last applied migration. A database that does not answer is held against the release, but not on a way back that leaves the database alone:
 * what was known before counts then, and it is said.
 */
export async function readHead(
  { source, trackingTable, cameBack }: VerificationTask,
  io: StepIo,
  open: OpenPlatform,
): Promise<Head> {
  if (source === undefined) return { head: "", faults: [] };
  const limit = cameBack === undefined ? TIMEOUT : longestLook;
  try {
    const migrations = await withSource(source, open, io, (reachable) =>
      within(limit, "the database", (signal) =>
        readMigrations(openDatabase(reachable, io.env), trackingTable, signal),
      ),
    );
    const head = migrations.at(-1) ?? "";
    if (cameBack === undefined || head !== "" || cameBack.schemaHead === "")
      return { head, faults: [] };
    // An operator's URL may lead to another database, and absence is no proof.
    return lastKnown(cameBack, "the schema could not be read: no migration is tracked there", io);
  } catch (error) {
    const text = `the schema could not be read: ${wordsOf(error)}`;
    if (cameBack === undefined) return { head: "", faults: [{ kind: "schema", text }] };
    return lastKnown(cameBack, text, io);
  }
}

function lastKnown({ schemaHead, seenAt }: CameBack, text: string, io: StepIo): Head {
  io.say(`${text}; the way back needs nothing from it, and what was known on ${seenAt} counts`);
  return { head: schemaHead, seenAt, faults: [] };
}
