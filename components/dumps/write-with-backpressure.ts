import type { Writable } from "node:stream";

/** Writes a chunk and waits until the stream wants more. A stream that is over takes nothing and keeps nobody waiting. */
export function writeWithBackpressure(stream: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded || stream.write(chunk)) {
      resolve();
      return;
    }
    const go = (): void => {
      stream.off("drain", go).off("close", go);
      resolve();
    };
    stream.on("drain", go).on("close", go);
  });
}
