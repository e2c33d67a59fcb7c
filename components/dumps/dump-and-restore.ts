import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Client } from "../postgres/client";
import { StepFailure, wordsOf } from "../upgrade/step-io";
import { isWhole, tailBytes, type DumpForm, type Restoring } from "./dump-form";
import { writeWithBackpressure } from "./write-with-backpressure";

/** The programs between which an archive flows. */
export interface Pass {
  readonly dump: Client;
  readonly restore: Restoring;
  readonly form: DumpForm;
  readonly compressor: Client;
  /** Takes the compressed archive, and has it stored safely once it resolves. */
  readonly write: (content: Readable) => Promise<unknown>;
  /** Called with the bytes that have come so far. */
  readonly onBytes: (bytes: number) => void;
  /** Called when pg_dump has ended well; the restore still has its indexes to make. */
  readonly onDumped: () => void;
}

/** The archive as it came out of pg_dump. */
export interface Archive {
  readonly bytes: number;
  readonly sha256: string;
}

/** What came out of pg_dump, and how it ended. */
interface Spread extends Archive {
  readonly tail: string;
}

/**
 * Sends one archive to two places at once: compressed into a store, and restored into a database. It has arrived in both, whole,
 * or this fails with the first reason of all.
 *
 * @throws StepFailure
 */
export async function dumpAndRestore(pass: Pass): Promise<Archive> {
  const failures: StepFailure[] = [];
  const { client: restore, lastWords } = pass.restore;
  const fail = (failure: StepFailure): void => {
    failures.push(failure);
    for (const client of [pass.dump, restore, pass.compressor]) client.kill();
  };
  const written = pass.write(pass.compressor.stdout).catch((error: unknown) => {
    fail(error instanceof StepFailure ? error : fileFailure(wordsOf(error)));
  });
  const restored = restore.end.then(({ code, words }) => {
    if (code !== 0) fail(restoreFailure(words));
  });
  const compressed = pass.compressor.end.then(({ code, words }) => {
    if (code !== 0) fail(fileFailure(words));
  });
  restore.stdout.resume();
  const { tail, ...archive } = await spread(pass);
  const { code, words } = await pass.dump.end;
  // Nobody may take a broken archive for a finished one: the others learn of its end only when it is good.
  const whole = code === 0 && isWhole(pass.form, tail);
  if (whole) pass.onDumped();
  else fail(dumpFailure(code === 0 ? "its end is missing" : words));
  pass.compressor.stdin.end();
  restore.stdin.end(whole ? lastWords : "");
  await Promise.all([written, restored, compressed]);
  if (failures[0] !== undefined) throw failures[0];
  return archive;
}

async function spread({ dump, restore, compressor, onBytes }: Pass): Promise<Spread> {
  const hash = createHash("sha256");
  let bytes = 0;
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of dump.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      tail = Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
      onBytes(bytes);
      await Promise.all([
        writeWithBackpressure(compressor.stdin, chunk),
        writeWithBackpressure(restore.client.stdin, chunk),
      ]);
    }
  } catch {
    // Its output was torn down with it: how it ended says more.
  }
  return { bytes, sha256: hash.digest("hex"), tail: tail.toString("latin1") };
}

const dumpFailure = (words: string): StepFailure =>
  new StepFailure(
    `pg_dump did not finish: ${words || "no reason given"}`,
    "see to it that the database is reachable and that its role may read every table, then run this again",
  );

/** The server for the proof has refused the dump. */
export class RestoreRefused extends StepFailure {
  constructor(readonly words: string) {
    super(`the dump could not be restored: ${words || "no reason given"}`, refusedFix);
  }
}

const refusedFix =
  "read the reason; if the server lacks room, name another one for the proof (backup.scratch); what the role may not make, such as an event trigger or pg_cron, is named in backup.exclude";

const restoreFailure = (words: string): StepFailure => new RestoreRefused(words);

const fileFailure = (words: string): StepFailure =>
  new StepFailure(
    `the dump could not be written: ${words.replace(/^ENOSPC: /, "")}`,
    "make room in the backup directory, or choose another one, then run this again",
  );
