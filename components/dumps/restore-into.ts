import { basename } from "node:path";
import type { Client } from "../postgres/client";
import type { Database } from "../postgres/database";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";
import { startDecompressor } from "./compressor";
import { startRestore, type RestoreExtent } from "./dump-form";
import { keysToDecrypt } from "./dump-keys";
import { withRestoreList } from "./exclusions";
import type { Manifest } from "./manifest";
import { writeWithBackpressure } from "./write-with-backpressure";
import { formatBytes, whileSaying } from "./progress";
import { readDump } from "./read-dump";
import type { DumpStore } from "./store/dump-store";

/** A dump as `checkDump` has found it. */
export interface ProvenDump {
  readonly store: DumpStore;
  /** Its manifest, with the place where the dump lies now. */
  readonly manifest: Manifest;
}

/**
 * Restores a proven dump of either form, archive or plain SQL, into an empty database of which nobody else knows yet. The dump is
 * compared with its manifest while it is read, so what was restored is what was proven. Says every few seconds how far it is.
 *
 * After a failure the database may hold a part of the dump: drop it.
 *
 * @param target - an empty database, made with the locale that the manifest names.
 * @param extent - `whole` brings back owners, privileges and comments (of a plain dump: always); `proof` leaves them out.
 * @throws StepFailure if the file is another one or damaged, or where the server refuses it.
 */
export async function restoreInto(
  target: Database,
  dump: ProvenDump,
  io: StepIo,
  extent: RestoreExtent = "whole",
): Promise<void> {
  const { excluded = [] } = dump.manifest;
  const unpacking = () => startUnpacking(dump, io);
  await withRestoreList(excluded, unpacking, target, (list) =>
    restoreListed(target, dump, io, { extent, list }),
  );
}

/** The archive inside of the dump. */
async function startUnpacking(
  { store, manifest }: ProvenDump,
  { env, signal }: StepIo,
): Promise<Client> {
  const keys = await keysToDecrypt(manifest, env);
  const content = await store.open(basename(manifest.path), signal);
  const plain = keys === undefined ? content : await keys.decrypt(content);
  // Last: where the dump cannot be decrypted it would wait for its input without an end.
  const decompressor = startDecompressor(manifest.archive.compression, env, signal);
  plain.on("error", () => decompressor.stdin.end()).pipe(decompressor.stdin);
  // The list stands at the beginning: nobody waits for the rest.
  decompressor.stdin.on("close", () => content.destroy());
  return decompressor;
}

async function restoreListed(
  target: Database,
  dump: ProvenDump,
  io: StepIo,
  { extent, list }: { readonly extent: RestoreExtent; readonly list: string | undefined },
): Promise<void> {
  const { archive } = dump.manifest;
  const { client, lastWords } = startRestore(target, archive.format, extent, io.signal, list);
  let restored = 0;
  const line = (): string =>
    restored < archive.bytes
      ? `restored ${formatBytes(restored)} of ${formatBytes(archive.bytes)}`
      : `restored ${formatBytes(restored)}; making indexes and constraints`;
  await whileSaying(line, io.say, async () => {
    client.stdout.resume();
    const broken = await pour(dump, client, io, (bytes) => (restored = bytes));
    if (broken !== undefined) client.kill();
    client.stdin.end(broken === undefined ? lastWords : "");
    const { code, words } = await client.end;
    io.signal?.throwIfAborted();
    if (broken !== undefined) throw damaged(broken);
    if (code !== 0) throw refused(target, words);
  });
}

/** Sends the dump through the decompressor into the restore; says what is wrong with it, or undefined. */
async function pour(
  { store, manifest }: ProvenDump,
  restore: Client,
  { env, signal }: StepIo,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  const { path, sha256, archive } = manifest;
  let bytes = 0;
  try {
    const keys = await keysToDecrypt(manifest, env);
    const content = await store.open(basename(path), signal);
    const { compression } = archive;
    const dump = { words: path, content, compression, keys, env, signal };
    const read = await readDump(dump, (chunk) => {
      onBytes((bytes += chunk.length));
      return writeWithBackpressure(restore.stdin, chunk);
    });
    if (read.sha256 === sha256 && read.archive.sha256 === archive.sha256) return undefined;
    return `${path} is not the dump that was proven: its sha256 is ${read.sha256}, the manifest names ${sha256}`;
  } catch (error) {
    return wordsOf(error);
  }
}

const damaged = (words: string): StepFailure =>
  new StepFailure(
    words,
    "bring back an intact copy of this dump with its manifest; or move both away and look at the preview again: an earlier dump may do",
  );

const refused = (target: Database, words: string): StepFailure =>
  new StepFailure(
    `the dump could not be restored into ${target.words}: ${words || "no reason given"}`,
    "see to the reason, then run this again",
  );
