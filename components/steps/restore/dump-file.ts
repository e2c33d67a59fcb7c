import { lstat } from "node:fs/promises";
import { manifestPath } from "../backup/manifest";
import { StepFailure, wordsOf } from "../step";

/**
 * Finds the dump and its manifest as files of their own, so that what is checked is what is restored: no link, no directory.
 *
 * @throws StepFailure
 */
export async function judgeDumpFile(path: string): Promise<void> {
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
