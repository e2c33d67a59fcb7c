import { relative } from "node:path";
import { argv, stdout } from "node:process";
import { ROOT } from "../suite/durations";
import { chooseTests } from "../suite/changed/choose";
import { importGraph } from "../suite/changed/import-graph";
import { close, runSuite } from "../suite/run-suite";
import { listMatrices } from "./describe-sample";
import { findMatrices, type Declared } from "./find-matrices";
import { ALL, isFileCell } from "./matrix";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** Runs all cells of the matrices that are named, or of `all`; without a name it lists them. */
async function main(names: readonly string[]): Promise<void> {
  const declared = await findMatrices();
  if (names.length === 0) {
    listMatrices(declared.map(({ matrix }) => matrix)).forEach(say);
    return;
  }
  const known = declared.map(({ matrix }) => matrix.name);
  const unknown = names.find((name) => name !== ALL && !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`there is no matrix "${unknown}"; there are ${known.join(", ")}`);
  const chosen = declared.filter(({ matrix }) =>
    names.some((name) => name === ALL || name === matrix.name),
  );
  const files = await testFilesOf(chosen);
  close(await runSuite({ files, whole: names, say }), say);
}

/** Test files of the lab that take rows of these matrices, or are cells of them. */
async function testFilesOf(declared: readonly Declared[]): Promise<readonly string[]> {
  const cells = declared.flatMap(({ matrix }) => Object.values(matrix.cells));
  const own = cells.filter(isFileCell).map(({ testFile }) => testFile);
  const graph = await importGraph();
  const sources = declared.map(({ file }) => relative(ROOT, file));
  const users = chooseTests(sources, graph).map(({ file }) => file);
  return [...own, ...users.filter((file) => file.endsWith(".lab.test.ts"))];
}

main(argv.slice(2)).catch((error: unknown) => {
  say(`\nThe matrix did not run: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
