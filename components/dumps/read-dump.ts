import { createHash } from "node:crypto";
import { PassThrough, type Readable } from "node:stream";
import type { Client } from "../postgres/client";
import { wordsOf } from "../upgrade/step-io";
import { startDecompressor, type Compression } from "./compressor";
import type { DumpKeys } from "./dump-keys";
import { writeWithBackpressure } from "./write-with-backpressure";

/** What a dump holds, read once from its first to its last byte. */
export interface DumpReading {
  readonly bytes: number;
  readonly sha256: string;
  /** Size and hash of the archive inside. */
  readonly archive: { readonly bytes: number; readonly sha256: string };
}

export interface DumpToRead {
  /** For messages. */
  readonly words: string;
  readonly content: Readable;
  readonly compression: Compression;
  /** What it is decrypted with, where it is encrypted. */
  readonly keys: DumpKeys | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads, decrypts and decompresses a whole dump.
 *
 * @param onChunk - takes the archive inside, piece by piece.
 * @throws Error where it cannot be read or is damaged.
 */
export async function readDump(
  { words, content, compression, keys, env, signal }: DumpToRead,
  onChunk: (chunk: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<DumpReading> {
  const decompressor = startDecompressor(compression, env, signal);
  const inside = digest(decompressor.stdout, onChunk);
  const sent = send(words, content, keys, decompressor).finally(() => decompressor.stdin.end());
  const all = [sent, inside, decompressor.end] as const;
  await Promise.allSettled(all);
  const [file, archive, end] = await Promise.all(all);
  if (end.code !== 0) throw new Error(`${words} is damaged: ${end.words}`);
  return { ...file, archive };
}

type Digest = DumpReading["archive"];

/** Sends a dump to its decompressor, and tells of what it was made as it lay. */
async function send(
  words: string,
  content: Readable,
  keys: DumpKeys | undefined,
  decompressor: Client,
): Promise<Digest> {
  const pass = (chunk: Buffer) => writeWithBackpressure(decompressor.stdin, chunk);
  if (keys === undefined) return digest(content, pass);
  const file = new PassThrough();
  const read = digest(content, (chunk) => writeWithBackpressure(file, chunk)).then(
    (found) => {
      file.end();
      return found;
    },
    (error: unknown) => {
      file.destroy(error as Error);
      throw error;
    },
  );
  const decrypted = keys
    .decrypt(file)
    .then((plain) => digest(plain, pass))
    .catch((error: unknown) => {
      // Who cannot decrypt reads no further, and nobody is to wait for that.
      file.destroy();
      throw new Error(`${words} is damaged: ${wordsOf(error)}`);
    });
  const [found] = await Promise.all([read, decrypted]);
  return found;
}

async function digest(stream: Readable, pass: (chunk: Buffer) => Promise<void>): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    await pass(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}
