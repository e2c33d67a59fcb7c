import { link, open, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dumpName, type DumpTitle } from "./dump-name";
import { manifestPath, manifestSchema, type Manifest } from "./manifest";

/**
 * Moves a proven dump to its place and writes its seal beside it. Nothing that exists is overwritten. A run that is killed in
 * between leaves a dump without a seal, which counts as none.
 *
 * @param manifest everything but the path, which is found here.
 */
export async function sealDump(
  partial: string,
  title: DumpTitle,
  manifest: Omit<Manifest, "path">,
): Promise<Manifest> {
  const path = await place(partial, title);
  const sealed = manifestSchema.parse({ ...manifest, path });
  const draft = `${partial}.manifest`;
  await writeFile(draft, `${JSON.stringify(sealed, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, manifestPath(path));
  await syncDirectory(dirname(path));
  return sealed;
}

async function place(partial: string, title: DumpTitle, nth = 1): Promise<string> {
  const path = join(dirname(partial), dumpName(title, nth));
  try {
    // Unlike a rename, a link refuses to take the place of another file.
    await link(partial, path);
    await unlink(partial);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return place(partial, title, nth + 1);
    if (code === "ENOENT" || code === "ENOSPC") throw error;
    // A file system without links.
    await rename(partial, path);
    return path;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  await handle.sync();
  await handle.close();
}
