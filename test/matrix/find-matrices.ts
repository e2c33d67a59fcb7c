import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Matrix } from "./matrix";

/** A matrix and the file that declares it. */
export interface Declared {
  readonly file: string;
  readonly matrix: Matrix<unknown>;
}

/** Finds what the files `*.matrix.ts` below test declare, by name. */
export async function findMatrices(): Promise<readonly Declared[]> {
  const entries = await readdir(dirname(import.meta.dirname), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter(({ name }) => name.endsWith(".matrix.ts"))
    .map(({ name, parentPath }) => join(parentPath, name));
  const declared = await Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(file).href)) as {
        readonly default: Matrix<unknown>;
      };
      return { file, matrix: module.default };
    }),
  );
  return declared.toSorted((one, other) => one.matrix.name.localeCompare(other.matrix.name));
}
