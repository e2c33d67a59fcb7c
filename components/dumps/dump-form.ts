import type { Client } from "../postgres/client";
import type { ClientTool, Database } from "../postgres/database";
import type { Manifest } from "./manifest";
import { longestLockWait } from "./snapshot";

/** Form of a dump before compression: pg_dump's archive, or SQL that anybody can read. */
export type DumpForm = Manifest["archive"]["format"];

/** The program that restores each form. */
export const restoreTools: Readonly<Record<DumpForm, ClientTool>> = {
  custom: "pg_restore",
  plain: "psql",
};

/**
 * Arguments of pg_dump. Owners and privileges are saved: a restore over the real database wants them back. SQL cannot be told later what
 * to leave out, so it comes without subscriptions: a second one would take the changes that are meant for the first.
 */
export const dumpArguments = (form: DumpForm, snapshot: string): readonly string[] => [
  ...(form === "custom"
    ? ["--format=custom", "--compress=0"]
    : ["--format=plain", "--no-subscriptions"]),
  ...["--no-password", `--lock-wait-timeout=${longestLockWait}s`, `--snapshot=${snapshot}`],
];

/** A program that restores what is written into its input. */
export interface Restoring {
  readonly client: Client;
  /** What its input has to end with once the dump has arrived whole; without it nothing, or no more than a part, was restored. */
  readonly lastWords: string;
}

/**
 * What the restore brings back: `proof` only what can be compared, `whole` what the dump holds. Subscriptions never come back.
 */
export type RestoreExtent = "proof" | "whole";

/**
 * Starts the restore of a dump into a database that is empty. The first error ends it.
 *
 * @param list - file that names what of an archive is restored; left out where all of it is.
 */
export function startRestore(
  database: Database,
  form: DumpForm,
  extent: RestoreExtent,
  signal?: AbortSignal,
  list?: string,
): Restoring {
  if (form === "custom") {
    const args = [
      ...archiveArguments,
      ...(extent === "proof" ? proofArguments : []),
      ...(list === undefined ? [] : [`--use-list=${list}`]),
    ];
    const client = database.start("pg_restore", [...args, `--dbname=${database.name}`], signal);
    return { client, lastWords: "" };
  }
  const client = database.start("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], signal);
  // What psql's --single-transaction would do, but for this: it would commit a dump that was cut off.
  client.stdin.write("BEGIN;\n");
  return { client, lastWords: "COMMIT;\n" };
}

/** Not in one transaction: many tables would fill the lock table of a live server. A subscription must never be made twice. */
const archiveArguments = ["--exit-on-error", "--no-password", "--no-subscriptions"];

/** Owners and privileges may name roles that the server for the proof does not have. */
const proofArguments = [
  ...["--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"],
  ...["--no-security-labels", "--no-publications"],
];

/** Bytes from the end of a dump that {@link isWhole} wants to see. */
export const tailBytes = 512;

const endMarker = "\n-- PostgreSQL database dump complete\n";

/** Whether a dump that ends like this was written to its end (T-13). An archive is not told by its end: pg_restore finds out. */
export const isWhole = (form: DumpForm, tail: string): boolean =>
  form === "custom" || tail.includes(endMarker);
