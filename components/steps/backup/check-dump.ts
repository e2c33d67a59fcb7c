import { compressionOf } from "./dump-name";
import type { Manifest } from "./manifest";
import { readDump } from "./read-dump";
import { readManifest } from "./sealed-dumps";
import { StepFailure, wordsOf } from "../step";

/**
 * Reads a dump from its first to its last byte and returns its seal, if it is still the very dump that was proven.
 *
 * @throws StepFailure where it has no seal, is damaged, or is another one.
 */
export async function checkDump(
  path: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Manifest> {
  const manifest = await readManifest(path);
  const compression = compressionOf(path);
  if (manifest === undefined || compression === undefined) {
    throw new StepFailure(`${path} has no manifest: it was never proven`, fix);
  }
  const found = await readDump(path, compression, env, signal).catch((error: unknown) => {
    throw new StepFailure(wordsOf(error), fix);
  });
  if (found.sha256 !== manifest.sha256 || found.archive.sha256 !== manifest.archive.sha256) {
    throw new StepFailure(
      `${path} is not the dump that was proven: its sha256 is ${found.sha256}, the manifest names ${manifest.sha256}`,
      fix,
    );
  }
  return manifest;
}

const fix = "take another dump of the backup directory, or the copy of it that you keep elsewhere";
