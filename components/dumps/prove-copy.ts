import { openSession } from "../postgres/session";
import type { Database } from "../postgres/database";
import { StepFailure } from "../upgrade/step-io";
import { lostAttributes, readAttributes } from "./attributes";
import { isExcludedAttribute } from "./exclusions";
import type { RestoreExtent } from "./dump-form";
import {
  differences,
  sequenceDifferences,
  type Checksums,
  type SequenceState,
} from "./table-checksums";
import { hashTables } from "./hash-tables";
import { readContents, readSequences, type Contents } from "./read-contents";
import type { Snapshot } from "./snapshot";

/** The two sides of the comparison. */
export interface Proof {
  readonly snapshot: Snapshot;
  /** What the snapshot was found to hold. */
  readonly contents: Contents;
  /** What was left out of the copy. */
  readonly excluded: readonly string[];
  /** Where the sequences stood before the dump. */
  readonly sequences: readonly SequenceState[];
  readonly scratch: Database;
  /** `whole` where owners, privileges and comments came back as well, and are compared. */
  readonly extent: RestoreExtent;
  readonly signal?: AbortSignal | undefined;
}

/** What was found equal, and what a restore would lose. */
export interface Proven extends Checksums {
  /** How many owners, privileges, comments, ... were compared; undefined if none was. */
  readonly attributes: number | undefined;
  /** Those that did not come back as they were. */
  readonly lost: readonly string[];
}

/**
 * Returns the table checksums of the source's snapshot, once the restored copy has shown the same one: every row of every table, every
 * index, constraint, function and sequence. The applied migrations are rows, so the schema's head is compared with them.
 *
 * @throws StepFailure if they differ, naming the first differences.
 */
export async function proveCopy(proof: Proof): Promise<Proven> {
  const { contents, snapshot } = proof;
  const [source, { copy, sequences }, after] = await Promise.all([
    hashSource(snapshot, contents),
    readCopy(proof),
    readSequences(snapshot.session),
  ]);
  const found = [
    ...differences(source, copy),
    ...sequenceDifferences(proof.sequences, sequences, after),
  ];
  if (found.length > 0) {
    const more = found.length > 3 ? ` and ${found.length - 3} more differences` : "";
    throw new StepFailure(
      `the restored dump is not equal to its source: ${found.slice(0, 3).join("; ")}${more}`,
      "run this again; if it differs again, do not upgrade before you know why",
    );
  }
  return { ...source, ...(await compareAttributes(proof)) };
}

async function compareAttributes({ extent, excluded, snapshot, scratch, signal }: Proof) {
  if (extent === "proof") return { attributes: undefined, lost: [] };
  const copy = openSession(scratch, "gateways backup", signal);
  try {
    const all = await readAttributes(snapshot.session);
    const source = all.filter((one) => !isExcludedAttribute(one, excluded));
    return { attributes: source.length, lost: lostAttributes(source, await readAttributes(copy)) };
  } finally {
    await copy.close();
  }
}

async function hashSource(snapshot: Snapshot, { tables, objects }: Contents): Promise<Checksums> {
  const sessions = await Promise.all([snapshot.join(), snapshot.join()]);
  return { tables: await hashTables(sessions, tables), objects };
}

async function readCopy({ scratch, signal }: Proof) {
  const sessions = [1, 2].map(() => openSession(scratch, "gateways backup", signal));
  try {
    const [session] = sessions;
    if (session === undefined) throw new RangeError("no session");
    const { tables, objects } = await readContents(session);
    const sequences = await readSequences(session);
    return { copy: { tables: await hashTables(sessions, tables), objects }, sequences };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}
