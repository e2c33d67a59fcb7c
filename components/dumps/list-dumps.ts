import { basename } from "node:path";
import pMap from "p-map";
import { dumpPrefix, isNameOf } from "./dump-name";
import { manifestSchema, type Manifest } from "./manifest";
import { expiredDumps } from "./retention";
import type { DumpStore } from "./store/dump-store";

/** How many manifests are read side by side. */
const AT_ONCE = 8;

/** What a store holds of one gateway and stack. */
export interface FoundDumps {
  readonly proven: readonly Manifest[];
  /** Names of dumps whose manifest this program cannot read: damaged, or written by a newer version of it. */
  readonly unread: readonly string[];
}

/**
 * Lists the proven dumps of one gateway and stack that are there. Of the dumps of others, which may lie there by the thousand, no manifest is read: each has the
 * names of its gateway and its stack in its own.
 *
 * @throws Error if the store does not answer: that it holds nothing is not said then.
 */
export async function findDumps(
  store: DumpStore,
  { gateway, stack }: Pick<Manifest, "gateway" | "stack">,
  signal?: AbortSignal,
): Promise<FoundDumps> {
  const prefix = dumpPrefix({ gateway, stack });
  const names = (await store.list(signal)).filter((name) => name.startsWith(prefix));
  const read = await pMap(
    names,
    async (name) => ({ name, ...(await readText(store, name, signal)) }),
    { concurrency: AT_ONCE },
  );
  return {
    proven: read
      .flatMap(({ manifest }) => manifest ?? [])
      .filter((manifest) => manifest.gateway === gateway && manifest.stack === stack),
    unread: read
      .filter(({ hasText, manifest }) => hasText && manifest === undefined)
      .map(({ name }) => name)
      .filter((name) => isNameOf(prefix, name)),
  };
}

/** The proven dumps alone; what has no readable manifest is left out. See {@link findDumps}. */
export const listDumps = async (
  ...of: Parameters<typeof findDumps>
): Promise<readonly Manifest[]> => (await findDumps(...of)).proven;

/** Bytes of the newest of some dumps; undefined if there is none. */
export const lastDumpBytes = (
  dumps: readonly Pick<Manifest, "takenAt" | "bytes">[],
): number | undefined =>
  dumps.toSorted((one, other) => other.takenAt.localeCompare(one.takenAt))[0]?.bytes;

/**
 * Reads the manifest of a dump, with the place where the dump lies now; undefined if it has none, or an unreadable one.
 *
 * @throws Error if the store does not answer.
 */
export async function readManifest(
  store: DumpStore,
  name: string,
  signal?: AbortSignal,
): Promise<Manifest | undefined> {
  return (await readText(store, name, signal)).manifest;
}

async function readText(
  store: DumpStore,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly hasText: boolean; readonly manifest: Manifest | undefined }> {
  const text = await store.readManifest(name, signal);
  const manifest = manifestSchema.safeParse(fromJson(text ?? "")).data;
  return {
    hasText: text !== undefined,
    manifest: manifest && { ...manifest, path: store.place(name) },
  };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes the proven dumps that may go, and returns their places. */
export async function removeExpired(
  store: DumpStore,
  taken: Manifest,
  keep: number,
): Promise<readonly string[]> {
  const expired = expiredDumps(await listDumps(store, taken), keep, taken.path);
  for (const { path } of expired) await store.remove(basename(path));
  return expired.map(({ path }) => path);
}
