import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** A dump that is being written: for its owner's eyes alone, and under a name that says whose it is. */
export interface PartialFile {
  readonly path: string;
  readonly handle: FileHandle;
}

const day = 24 * 60 * 60 * 1000;

/** Runs work with a partial file, and removes the file afterwards unless it was moved to its place. */
export async function withPartialFile<T>(
  directory: string,
  name: string,
  work: (file: PartialFile) => Promise<T>,
): Promise<T> {
  const own = randomBytes(3).toString("hex");
  const path = join(directory, `${name}.${own}.partial-${hostname()}-${process.pid}`);
  const handle = await open(path, "wx", 0o600);
  try {
    return await work({ path, handle });
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}

/**
 * Makes the directory, for its owner alone, and removes what dead runs of the same gateway and stack left in it: files of this
 * machine whose process is gone, and any that were not touched for a day.
 */
export async function prepareDirectory(directory: string, prefix: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory)) {
    const [, host, pid] = /\.partial-(.+)-(\d+)$/.exec(name) ?? [];
    if (!name.startsWith(prefix) || host === undefined) continue;
    const path = join(directory, name);
    const dead = host === hostname() && !isAlive(Number(pid));
    if (dead || (await isForgotten(path))) await rm(path, { force: true });
  }
}

async function isForgotten(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > day;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
