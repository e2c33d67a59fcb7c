import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { startDecompressor, type Compression } from "./compressor";
import { offer } from "./offer";

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
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads and decompresses a whole dump.
 *
 * @param onChunk takes the archive inside, piece by piece.
 * @throws Error where it cannot be read or is damaged.
 */
export async function readDump(
  { words, content, compression, env, signal }: DumpToRead,
  onChunk: (chunk: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<DumpReading> {
  const decompressor = startDecompressor(compression, env, signal);
  const inside = digest(decompressor.stdout, onChunk);
  const sent = digest(content, (chunk) => offer(decompressor.stdin, chunk)).finally(() =>
    decompressor.stdin.end(),
  );
  const all = [sent, inside, decompressor.end] as const;
  await Promise.allSettled(all);
  const [file, archive, end] = await Promise.all(all);
  if (end.code !== 0) throw new Error(`${words} is damaged: ${end.words}`);
  return { ...file, archive };
}

async function digest(
  stream: Readable,
  pass: (chunk: Buffer) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    await pass(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}
