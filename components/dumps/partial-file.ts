import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { mkdir, open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isNameOf } from "./dump-name";

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
  const path = join(directory, partialName(name));
  const handle = await open(path, "wx", 0o600);
  try {
    return await work({ path, handle });
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}

/**
 * Makes the directory, for its owner alone, and removes what killed runs of the same gateway and stack left in it: files of this
 * machine whose process is gone, and any that were not touched for a day.
 */
export async function prepareDirectory(directory: string, prefix: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory)) {
    if (!isNameOf(prefix, name) || !partial.test(name)) continue;
    const path = join(directory, name);
    const touched = await stat(path).catch(() => undefined);
    if (isOfDeadRun(name, touched?.mtimeMs)) await rm(path, { force: true });
  }
}

/** Name of what a run of this process has begun: `<dump>.<random>.partial-<machine>-<process>`. */
export const partialName = (dump: string): string =>
  `${dump}.${randomBytes(3).toString("hex")}.partial-${machineName()}-${process.pid}`;

/**
 * Names the place whose processes this one can see: its host name, and what tells it from others of that name, such as runners in containers, which may share a bucket or a
 * folder. Where the kernel does not tell, all of that name are one.
 *
 * Source: proc(5): boot_id is drawn anew at each boot; namespaces(7): the link of a namespace names it among those of one boot.
 *
 * @param read - what the kernel says.
 */
export function machineName(read = readKernel): string {
  const place = createHash("sha256").update(read()).digest("hex").slice(0, 8);
  return `${hostname()}.${place}`;
}

function readKernel(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

const partial = /^(.+)\.[0-9a-f]+\.partial-(.+)-(\d+)(\.manifest)?$/;

/** The dump that a partial name is about; undefined for any other name. */
export const dumpOfPartial = (name: string): string | undefined => partial.exec(name)?.[1];

/**
 * Whether what bears a partial name was left by a run that is over: one of this machine whose process is gone, or any that nobody has touched
 * for a day.
 *
 * @param touched - milliseconds since the epoch; undefined if nobody knows.
 */
export function isOfDeadRun(name: string, touched: number | undefined): boolean {
  const [, , host, pid] = partial.exec(name) ?? [];
  if (host === machineName() && !isAlive(Number(pid))) return true;
  return touched !== undefined && Date.now() - touched > day;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
