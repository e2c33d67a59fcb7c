import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { table } from "../bench/section";
import { edgesOf, foldersOf, readSources, type Edge, type Sources } from "./import-graph";

const LONGEST = 10;

/**
 * Prints which folder imports which how often, as a table and as a Mermaid drawing, and lines by folder and by file: of the program, or with `--tests`
 * of the tests as well. `--depth` says how many names of a path make a folder, 2 if it is left out.
 */
async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      tests: { type: "boolean", default: false },
      depth: { type: "string", default: "2" },
    },
  });
  const depth = Number(values.depth);
  if (!Number.isInteger(depth) || depth < 1) throw new Error("--depth is a whole number from 1 on");
  const all = await readSources();
  const sources = values.tests ? all : programOf(all);
  const edges = edgesOf(sources, depth);
  const parts = [
    "## Imports by folder",
    table([["from", "to", "imports", "and back"], ...edges.map((edge) => rowOf(edge, edges))]),
    mermaid(edges),
    "## Lines by folder",
    table([["folder", "files", "lines"], ...folderRows(sources, depth)]),
    `## The ${LONGEST} longest files`,
    table([["file", "lines"], ...longest(sources)]),
  ];
  stdout.write(`${parts.join("\n\n")}\n`);
}

const programOf = (sources: Sources): Sources =>
  new Map([...sources].filter(([file]) => file === "index.ts" || file.startsWith("components/")));

function rowOf({ from, to, imports }: Edge, edges: readonly Edge[]): readonly string[] {
  const back = edges.find((edge) => edge.from === to && edge.to === from);
  return [from, to, `${imports}`, back === undefined ? "" : `${back.imports}`];
}

/** A dotted line is one of two folders that import each other. */
function mermaid(edges: readonly Edge[]): string {
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const id = (name: string) => `n${names.indexOf(name)}`;
  const isMutual = ({ from, to }: Edge) =>
    edges.some((edge) => edge.from === to && edge.to === from);
  const nodes = names.map((name) => `  ${id(name)}["${name}"]`);
  const lines = edges.map((edge) => {
    const arrow = isMutual(edge) ? `-. ${edge.imports} .->` : `-- ${edge.imports} -->`;
    return `  ${id(edge.from)} ${arrow} ${id(edge.to)}`;
  });
  return ["```mermaid", "flowchart TD", ...nodes, ...lines, "```"].join("\n");
}

function folderRows(sources: Sources, depth: number): readonly (readonly string[])[] {
  const folders = [...foldersOf(sources, depth)];
  const sum = (of: "files" | "lines") =>
    folders.reduce((total, [, folder]) => total + folder[of], 0);
  return [
    ...folders.map(([name, { files, lines }]) => [name, `${files}`, `${lines}`]),
    ["all", `${sum("files")}`, `${sum("lines")}`],
  ];
}

const longest = (sources: Sources): readonly (readonly string[])[] =>
  [...sources]
    .sort(([, one], [, other]) => other.lines - one.lines)
    .slice(0, LONGEST)
    .map(([file, { lines }]) => [file, `${lines}`]);

main(argv.slice(2)).catch((error: unknown) => {
  stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
