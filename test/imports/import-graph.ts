import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { execa } from "execa";
import ts from "typescript";
import { ROOT } from "../suite/durations";

/** A source file: its lines, and the files of the checkout that it imports, types included. */
export interface Source {
  readonly lines: number;
  readonly imports: readonly string[];
}

/** Sources by their path below the checkout. */
export type Sources = ReadonlyMap<string, Source>;

/** Reads every TypeScript and JavaScript file that Git knows; packages are not followed. */
export async function readSources(): Promise<Sources> {
  const tracked = (await execa("git", ["ls-files", "*.ts", "*.mts", "*.mjs"], { cwd: ROOT }))
    .stdout;
  const files = new Set(tracked.split("\n"));
  const texts = [...files].map(
    async (file) => [file, await readFile(join(ROOT, file), "utf8")] as const,
  );
  return new Map(
    (await Promise.all(texts)).map(([file, text]) => [
      file,
      { lines: text.split("\n").length - 1, imports: importsOf(file, text, files) },
    ]),
  );
}

/** What a text imports, resolved to the files that there are; each one once. */
export function importsOf(
  file: string,
  text: string,
  files: ReadonlySet<string>,
): readonly string[] {
  const found = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const inside = found.filter((name) => name.startsWith("."));
  return [
    ...new Set(
      inside.flatMap((name) => {
        const path = normalize(join(dirname(file), name));
        return [path, `${path}.ts`, `${path}/index.ts`].filter((one) => files.has(one)).slice(0, 1);
      }),
    ),
  ];
}

/** How many files a folder has and their lines. */
export interface Folder {
  readonly files: number;
  readonly lines: number;
}

/** The folder of a file, of which no more than the first names count: at depth 2, `components/steps/backup/store/bucket.ts` is in `components/steps`. */
export const folderOf = (file: string, depth: number): string =>
  dirname(file).split("/").slice(0, depth).join("/");

/** Files and lines by folder, in the order of their names. */
export function foldersOf(sources: Sources, depth: number): ReadonlyMap<string, Folder> {
  const folders = new Map<string, Folder>();
  for (const [file, { lines }] of [...sources].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const folder = folderOf(file, depth);
    const known = folders.get(folder) ?? { files: 0, lines: 0 };
    folders.set(folder, { files: known.files + 1, lines: known.lines + lines });
  }
  return folders;
}

/** How many imports lead from one folder into another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly imports: number;
}

/** All edges between folders, the most imports first. */
export function edgesOf(sources: Sources, depth: number): readonly Edge[] {
  const edges = new Map<string, Edge>();
  for (const [file, source] of sources)
    for (const imported of source.imports) {
      const [from, to] = [folderOf(file, depth), folderOf(imported, depth)];
      const known = edges.get(`${from} ${to}`)?.imports ?? 0;
      if (from !== to) edges.set(`${from} ${to}`, { from, to, imports: known + 1 });
    }
  return [...edges.values()].sort((one, other) => other.imports - one.imports);
}
