import { createHash } from "node:crypto";
import {
  copyFile,
  link,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { wordsOf } from "../../upgrade/step-io";

/** Where the file lies that the last swap has kept. */
export const keptOf = (path: string): string => `${path}.gateways-old`;

/** Where the wanted file lies until it takes its place; after a swap that was cut off it lies there still. */
export const asideOf = (path: string): string => `${path}.gateways-new`;

/** `ENOENT`, or "" of what has none. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** As many links as Linux follows. Source: path_resolution(7). */
const MOST_LINKS = 40;

/** Past symbolic links, also where nothing is there yet: a link that leads nowhere stays one, and the file comes to where it leads. @throws Error in words if that leads to no end */
export async function followed(path: string, left = MOST_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // Whoever reads the path next says what is wrong with it.
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) return path;
    if (left === 0) throw new Error(`${path}: too many symbolic links`);
  }
  const folder = await followed(dirname(path), left - 1);
  const here = join(folder, basename(path));
  const to = await readlink(here).catch(() => undefined);
  if (to === undefined) return here;
  // Not made shorter: what comes before a `..` may be a link as well.
  return followed(isAbsolute(to) ? to : `${folder}/${to}`, left - 1);
}

/** Sum of a file; undefined if there is none. @throws Error in words if there is one that cannot be read: that is not none */
export const sumOf = (path: string): Promise<string | undefined> =>
  readFile(path).then(
    (content) => createHash("sha256").update(content).digest("hex"),
    (error: unknown) => {
      if (["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(error))) return undefined;
      throw new Error(`${path} cannot be read: ${wordsOf(error)}`);
    },
  );

/** What a file system without second names says, or one that gives none to a file of somebody else (`fs.protected_hardlinks`). */
const NO_SECOND_NAME = ["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"];

/** Gives a file a second name, which needs no room; it is copied only where there are no second names. What has that name already is removed. */
export async function giveSecondName(path: string, name: string): Promise<void> {
  await rm(name, { force: true });
  try {
    await link(path, name);
  } catch (error) {
    if (!NO_SECOND_NAME.includes(codeOf(error))) throw error;
    await copyFile(path, name);
    await syncFile(name);
  }
}

/** After a loss of power a name must not stand for a file that is not there. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}

/** Names, modes and sums of all files in a folder, as one text; "" if there is none. */
export async function sumsIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      // It may be a link that leads nowhere, or be gone by now; whoever reads a pipe waits.
      const found = await stat(path).catch(() => undefined);
      const sum = found?.isFile() === true ? await sumOf(path).catch(() => "") : "";
      return `${name} ${found?.mode.toString(8) ?? ""} ${sum ?? ""}`;
    }),
  );
  return lines.join("\n");
}
