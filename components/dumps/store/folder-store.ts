import { createReadStream } from "node:fs";
import {
  link,
  lstat,
  open,
  readdir,
  readFile,
  rename,
  rm,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { freeBytesAt } from "../../postgres/read-database-facts";
import { StepFailure, wordsOf } from "../../upgrade/step-io";
import { dumpName, type DumpTitle } from "../dump-name";
import { manifestPath, manifestSchema, type Manifest } from "../manifest";
import { prepareDirectory, withPartialFile, type PartialFile } from "../partial-file";
import type { DumpDraft, DumpStore } from "./dump-store";

/** Bytes that are read at once. */
const highWaterMark = 1 << 18;

/** Dumps in a folder of this machine. A folder that is not there holds none, and is made for the first. */
export function folderStore(directory: string): DumpStore {
  const folder = resolve(directory);
  const pathOf = (name: string): string => join(folder, name);
  return {
    words: folder,
    place: pathOf,
    freeBytes: () => freeBytesAt(folder),
    prepare: (prefix) => prepareDirectory(folder, prefix),
    list: () => listDumps(folder),
    readManifest: (name) => readText(manifestPath(pathOf(name))),
    judge: (name) => judgeFiles(pathOf(name)),
    open: (name) => Promise.resolve(createReadStream(pathOf(name), { highWaterMark })),
    withDraft: (title, _, work) =>
      withPartialFile(folder, dumpName(title), (file) => work(draftOf(title, file))),
    writeBeside: (name, content) => writeBeside(folder, name, content),
    remove: async (name) => {
      await rm(manifestPath(pathOf(name)), { force: true });
      await rm(pathOf(name), { force: true });
    },
  };
}

async function listDumps(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(unlessMissing((): readonly string[] => []));
  return names.filter((name) => names.includes(manifestPath(name)));
}

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, "utf8").catch(unlessMissing(() => undefined));

const unlessMissing =
  <T>(value: () => T) =>
  (error: unknown): T => {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return value();
    throw error;
  };

/** What is checked has to be what is restored: no link, no directory. */
async function judgeFiles(path: string): Promise<void> {
  for (const file of [path, manifestPath(path)]) {
    const found = await lstat(file).catch((error: unknown) => {
      throw new StepFailure(`${file} cannot be looked at: ${wordsOf(error)}`, fix);
    });
    const kind = found.isSymbolicLink()
      ? "a link"
      : found.isDirectory()
        ? "a directory"
        : "no file";
    if (!found.isFile()) throw new StepFailure(`${file} is ${kind}`, fix);
    if (found.size === 0) throw new StepFailure(`${file} is empty`, fix);
  }
}

const fix = "name a dump of the backup directory that has its manifest beside it";

const draftOf = (title: DumpTitle, { path, handle }: PartialFile): DumpDraft => ({
  words: path,
  write: async (content) => {
    await writeFile(handle, content);
    await handle.sync();
    return undefined;
  },
  open: () => Promise.resolve(createReadStream(path, { highWaterMark })),
  writeManifest: (manifest) => writeManifest(path, title, manifest),
});

/** A run that is killed in between leaves a dump without a manifest, which counts as none. */
async function writeManifest(
  partial: string,
  title: DumpTitle,
  manifest: Omit<Manifest, "path">,
): Promise<Manifest> {
  const path = await putInPlace(partial, title);
  const draft = `${partial}.manifest`;
  try {
    const complete = manifestSchema.parse({ ...manifest, path });
    await writeFile(draft, `${JSON.stringify(complete, null, 2)}\n`, { mode: 0o600, flush: true });
    await rename(draft, manifestPath(path));
    await syncDirectory(dirname(path));
    return complete;
  } catch (error) {
    // By its name nobody would take it for something left behind, and on a full disk it keeps the room for itself.
    for (const left of [manifestPath(path), draft, path]) await rm(left, { force: true });
    throw error;
  }
}

async function putInPlace(partial: string, title: DumpTitle, nth = 1): Promise<string> {
  const path = join(dirname(partial), dumpName(title, nth));
  try {
    await putAt(partial, path);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return putInPlace(partial, title, nth + 1);
  }
}

/** Moves a file to its place. @throws Error with the code EEXIST if another file is there */
async function putAt(partial: string, path: string): Promise<void> {
  try {
    // Unlike a rename, a link refuses to take the place of another file.
    await link(partial, path);
    await unlink(partial);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOENT" || code === "ENOSPC") throw error;
    // A file system without links.
    await rename(partial, path);
  }
}

async function writeBeside(folder: string, name: string, content: Readable): Promise<string> {
  const path = join(folder, name);
  await withPartialFile(folder, name, async ({ path: partial, handle }) => {
    await writeFile(handle, content);
    await handle.sync();
    await putAt(partial, path);
  });
  await syncDirectory(folder);
  return path;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  await handle.sync();
  await handle.close();
}
