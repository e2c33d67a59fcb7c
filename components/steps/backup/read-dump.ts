import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { offer } from "./offer";
import { startDecompressor, type Compression } from "./compressor";

/** What a file on the disk holds, read once from its first to its last byte. */
export interface DumpReading {
  readonly bytes: number;
  readonly sha256: string;
  /** Size and hash of the archive inside. */
  readonly archive: { readonly bytes: number; readonly sha256: string };
}

/**
 * Reads and decompresses a whole dump.
 *
 * @throws Error where it cannot be read or is damaged.
 */
export async function readDump(
  path: string,
  compression: Compression,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<DumpReading> {
  const decompressor = startDecompressor(compression, env, signal);
  const archive = digest(decompressor.stdout);
  const sent = digest(createReadStream(path, { highWaterMark: 1 << 18 }), (chunk) =>
    offer(decompressor.stdin, chunk),
  ).finally(() => decompressor.stdin.end());
  const [file, inside, end] = await Promise.all([sent, archive, decompressor.end]);
  if (end.code !== 0) throw new Error(`${path} is damaged: ${end.words}`);
  return { ...file, archive: inside };
}

async function digest(
  stream: Readable,
  pass: (chunk: Buffer) => Promise<void> = () => Promise.resolve(),
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
