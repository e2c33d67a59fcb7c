import { compressionOf } from "./dump-name";
import { keysToDecrypt } from "./dump-keys";
import type { Manifest } from "./manifest";
import { readDump } from "./read-dump";
import { readManifest } from "./list-dumps";
import type { DumpStore } from "./store/dump-store";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";

/**
 * Reads a dump from its first to its last byte and returns its manifest, if it is still the very dump that was proven.
 *
 * @param name - file name of the dump.
 * @throws StepFailure if it has no manifest, is damaged, or is another one.
 */
export async function checkDump(
  store: DumpStore,
  name: string,
  { env, signal }: Pick<StepIo, "env" | "signal">,
): Promise<Manifest> {
  const words = store.place(name);
  const manifest = await readManifest(store, name, signal);
  const compression = compressionOf(name);
  if (manifest === undefined || compression === undefined) {
    throw new StepFailure(`${words} has no manifest: it was never proven`, fix);
  }
  const keys = await keysToDecrypt(manifest, env);
  const found = await store
    .open(name, signal)
    .then((content) => readDump({ words, content, compression, keys, env, signal }))
    .catch((error: unknown) => {
      throw error instanceof StepFailure ? error : new StepFailure(wordsOf(error), fix);
    });
  if (found.sha256 !== manifest.sha256 || found.archive.sha256 !== manifest.archive.sha256) {
    throw new StepFailure(
      `${words} is not the dump that was proven: its sha256 is ${found.sha256}, the manifest names ${manifest.sha256}`,
      fix,
    );
  }
  return manifest;
}

const fix =
  "bring back an intact copy of this dump with its manifest; or move both away and look at the preview again: an earlier dump may do";
