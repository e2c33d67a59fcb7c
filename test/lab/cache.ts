import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Digest over texts and their order; 16 hex digits are plenty for a cache of a few folders. */
export function keyOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, 16);
}

/** Digest over every file below the folders, by path and content; test files and dot files do not count. */
export async function sourceKey(
  folders: readonly string[],
  extra: readonly string[] = [],
): Promise<string> {
  const parts: (string | Uint8Array)[] = [...extra];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && !/(^\.|_test\.go$|\.test\.ts$)/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) parts.push(file.slice(folder.length), await readFile(file));
  }
  return keyOf(parts);
}

/** Whether something lies at the path. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Gives the folder `<cache>/<name>-<key>`, whole or not at all: it is filled aside and renamed.
 *
 * Folders of the same name that were filled more than a day before go away once the new one is there.
 */
export async function cachedFolder(
  cache: string,
  name: string,
  key: string,
  fill: (aside: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, `${name}-${key}`);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(join(cache, `.${name}-`));
  try {
    await fill(aside);
    await rename(aside, folder).catch(async (error: unknown) => {
      // Someone else was faster: theirs is as good as ours.
      if (!(await exists(folder))) throw error;
    });
    await forgetOld(cache, name, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

async function forgetOld(cache: string, name: string, kept: string): Promise<void> {
  const dayAgo = Date.now() - 24 * 3600 * 1000;
  // Fillings that were cut short begin with a dot.
  const ours = new RegExp(`^(${name}-[0-9a-f]{16}|\\.${name}-[A-Za-z0-9]{6})$`);
  for (const entry of (await readdir(cache)).filter((each) => ours.test(each))) {
    const path = join(cache, entry);
    // Another process, which fills the same, may have put it away by now.
    const filled = await stat(path).catch(() => undefined);
    if (filled !== undefined && filled.mtimeMs < dayAgo && path !== kept)
      await rm(path, { recursive: true, force: true });
  }
}
