import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { manifestPath, manifestSchema, type Manifest } from "./manifest";
import { expiredDumps } from "./retention";

const suffix = manifestPath("");

/** Lists the proven dumps of one gateway and stack whose file is there; what has no readable seal is left out. */
export async function sealedDumps(
  directory: string,
  { gateway, stack }: Pick<Manifest, "gateway" | "stack">,
): Promise<readonly Manifest[]> {
  const names = await readdir(directory);
  const dumps = names.filter((name) => names.includes(`${name}${suffix}`));
  const manifests = await Promise.all(dumps.map((name) => readManifest(join(directory, name))));
  return manifests
    .filter((manifest) => manifest !== undefined)
    .filter((manifest) => manifest.gateway === gateway && manifest.stack === stack);
}

/** Bytes of the newest proven dump of one gateway and stack; undefined where there is none, or no such directory. */
export async function lastDumpBytes(
  directory: string,
  owner: Pick<Manifest, "gateway" | "stack">,
): Promise<number | undefined> {
  const dumps = await sealedDumps(directory, owner).catch(() => []);
  return dumps.toSorted((one, other) => other.takenAt.localeCompare(one.takenAt))[0]?.bytes;
}

/** Reads the seal of a dump, with the path under which the dump lies now; undefined where it has none. */
export async function readManifest(dump: string): Promise<Manifest | undefined> {
  try {
    const text = await readFile(manifestPath(dump), "utf8");
    return { ...manifestSchema.parse(JSON.parse(text)), path: dump };
  } catch {
    return undefined;
  }
}

/** Removes the proven dumps that may go, and returns their paths. The seal goes first: half a removal leaves no false proof. */
export async function removeExpired(
  directory: string,
  taken: Manifest,
  keep: number,
): Promise<readonly string[]> {
  const expired = expiredDumps(await sealedDumps(directory, taken), keep, taken.path);
  for (const { path } of expired) {
    await rm(manifestPath(path), { force: true });
    await rm(path, { force: true });
  }
  return expired.map(({ path }) => path);
}
