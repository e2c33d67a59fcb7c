import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Client } from "../database/client";
import type { Database } from "../database/database";
import { StepFailure, wordsOf, type StepIo } from "../step";
import { startDecompressor } from "./compressor";
import { startRestore, type RestoreExtent } from "./dump-form";
import { withRestoreList } from "./exclusions";
import type { Manifest } from "./manifest";
import { offer } from "./offer";
import { inWords, whileSaying } from "./progress";

/**
 * Restores a proven dump of either form, archive or plain SQL, into an empty database of which nobody else knows yet. The file is
 * compared with its seal while it is read, so what was restored is what was proven. Says every few seconds how far it is.
 *
 * After a failure the database may hold a part of the dump: drop it.
 *
 * @param target an empty database, made with the locale that the manifest names.
 * @param manifest the seal of the dump, with the path under which the dump lies now, as `checkDump` returns it.
 * @param extent `whole` brings back owners, privileges and comments (of a plain dump: always); `proof` leaves them out.
 * @throws StepFailure where the file is another one or damaged, or where the server refuses it.
 */
export async function restoreInto(
  target: Database,
  manifest: Manifest,
  io: StepIo,
  extent: RestoreExtent = "whole",
): Promise<void> {
  await withRestoreList(
    manifest.excluded ?? [],
    () => startUnpacking(manifest, io),
    target,
    (list) => restoreListed(target, manifest, io, { extent, list }),
  );
}

/** The archive inside of the file. */
function startUnpacking({ path, archive }: Manifest, { env, signal }: StepIo): Client {
  const decompressor = startDecompressor(archive.compression, env, signal);
  createReadStream(path)
    .on("error", () => decompressor.stdin.end())
    .pipe(decompressor.stdin);
  return decompressor;
}

async function restoreListed(
  target: Database,
  manifest: Manifest,
  io: StepIo,
  { extent, list }: { readonly extent: RestoreExtent; readonly list: string | undefined },
): Promise<void> {
  const { archive } = manifest;
  const { client, lastWords } = startRestore(target, archive.format, extent, io.signal, list);
  let restored = 0;
  const line = (): string =>
    restored < archive.bytes
      ? `restored ${inWords(restored)} of ${inWords(archive.bytes)}`
      : `restored ${inWords(restored)}; making indexes and constraints`;
  await whileSaying(line, io.say, async () => {
    client.stdout.resume();
    const broken = await pour(manifest, client, io, (bytes) => (restored = bytes));
    if (broken !== undefined) client.kill();
    client.stdin.end(broken === undefined ? lastWords : "");
    const { code, words } = await client.end;
    io.signal?.throwIfAborted();
    if (broken !== undefined) throw damaged(broken);
    if (code !== 0) throw refused(target, words);
  });
}

/** Sends the file through the decompressor into the restore; says what is wrong with the file, or undefined. */
async function pour(
  { path, sha256, archive }: Manifest,
  restore: Client,
  { env, signal }: StepIo,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  const decompressor = startDecompressor(archive.compression, env, signal);
  const file = send(createReadStream(path, { highWaterMark: 1 << 18 }), decompressor)
    .catch(wordsOf)
    .finally(() => decompressor.stdin.end());
  const inside = send(decompressor.stdout, restore, onBytes).catch(wordsOf);
  const [read, unpacked, end] = await Promise.all([file, inside, decompressor.end]);
  if (end.code !== 0) return `${path} is damaged: ${end.words}`;
  if (read === sha256 && unpacked === archive.sha256) return undefined;
  return `${path} is not the dump that was proven: its sha256 is ${read}, the manifest names ${sha256}`;
}

/** Sends a whole stream to a program and returns its sha256. */
async function send(
  stream: Readable,
  to: Client,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes?.(bytes);
    await offer(to.stdin, chunk);
  }
  return hash.digest("hex");
}

const damaged = (words: string): StepFailure =>
  new StepFailure(
    words,
    "take another dump of the backup directory, or the copy of it that you keep elsewhere",
  );

const refused = (target: Database, words: string): StepFailure =>
  new StepFailure(
    `the dump could not be restored into ${target.words}: ${words || "no reason given"}`,
    "see to the reason, then run this again",
  );
