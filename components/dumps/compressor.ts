import { createGunzip, createGzip } from "node:zlib";
import { startClient, type Client, type ClientEnd } from "../postgres/client";
import type { Manifest } from "./manifest";

export type Compression = Manifest["archive"]["compression"];

/** The best compression that this machine has: zstd where it is installed, else gzip. */
export async function availableCompression(env: NodeJS.ProcessEnv): Promise<Compression> {
  const zstd = startZstd(["--version"], env, undefined);
  zstd.stdin.end();
  zstd.stdout.resume();
  const { code } = await zstd.end;
  return code === 0 ? "zstd" : "gzip";
}

/** Compresses at the lowest level: on a live machine time counts more than space. */
export const startCompressor = (
  compression: Compression,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Client =>
  compression === "zstd"
    ? startZstd(["-1", "-q", "-c"], env, signal)
    : inProcess(createGzip({ level: 1 }));

/** The way back. */
export const startDecompressor = (
  compression: Compression,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Client =>
  compression === "zstd" ? startZstd(["-d", "-q", "-c"], env, signal) : inProcess(createGunzip());

const startZstd = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Client =>
  startClient({ file: "zstd", args, env: { PATH: env["PATH"] }, redact: (said) => said, signal });

function inProcess(stream: ReturnType<typeof createGzip | typeof createGunzip>): Client {
  const end = new Promise<ClientEnd>((resolve) => {
    stream.on("end", () => {
      resolve({ code: 0, words: "" });
    });
    stream.on("error", (error) => {
      resolve({ code: 1, words: error.message });
    });
    stream.on("close", () => {
      resolve({ code: 1, words: "gzip was ended" });
    });
  });
  return { stdin: stream, stdout: stream, end, kill: () => stream.destroy() };
}
