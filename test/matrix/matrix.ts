import { createHash } from "node:crypto";
import { env as environment } from "node:process";
import { z } from "zod";

/** A table of cases of which a usual run takes a few, the next one the next few, until all have had their turn. */
export interface Matrix<Cell> {
  /** Word by which it is chosen: `npm run test:matrix -- damaged-dumps`. */
  readonly name: string;
  /** How many cells a usual run takes. */
  readonly sample: number;
  /** What each cell holds, by its name. */
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A cell that is a whole test file: a run leaves out the files of the cells that it does not take. */
export interface FileCell {
  /** Path below the checkout. */
  readonly testFile: string;
}

/** Which cells of its matrices a run takes. */
export interface Choice {
  /** Number of the run: it says which cells have their turn. `undefined` takes all cells of all matrices. */
  readonly seed: number | undefined;
  /** Names of the matrices of which all cells are taken; `all` for every one. */
  readonly whole: readonly string[];
}

/** Variables through which a run tells its tests which cells to take. */
export const SEED = "TEST_SEED";
/** See {@link SEED}: names of whole matrices, separated by commas. */
export const WHOLE = "TEST_MATRIX";

/** Stands for every matrix. */
export const ALL = "all";

/** Checks what a file `*.matrix.ts` declares. */
export function matrix<Cell>(declared: Matrix<Cell>): Matrix<Cell> {
  const { name, sample, cells } = declared;
  const count = Object.keys(cells).length;
  if (!Number.isInteger(sample) || sample < 1 || sample > count)
    throw new Error(`matrix ${name}: a sample of ${sample} of ${count} cells`);
  return declared;
}

/** Names of the cells in the order in which they have their turns: another for each matrix, the same in each run. */
export function turnsOf(name: string, cells: readonly string[]): readonly string[] {
  const lot = (cell: string) => createHash("sha256").update(`${name}\n${cell}`).digest("hex");
  return cells
    .map((cell) => [lot(cell), cell] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, cell]) => cell);
}

/**
 * Names of the cells that a run takes, in the order of the matrix. Run number `seed` takes the `sample` turns behind those of the run before it, and
 * after the last turn the first one: so many runs in a row as there are samples in the matrix take every cell.
 */
export function cellsTaken(
  { name, sample, cells }: Matrix<unknown>,
  { seed, whole }: Choice,
): readonly string[] {
  const names = Object.keys(cells);
  if (seed === undefined || whole.includes(name) || whole.includes(ALL)) return names;
  const turns = turnsOf(name, names);
  const first = (seed * sample) % turns.length;
  const taken = [...turns, ...turns].slice(first, first + sample);
  return names.filter((cell) => taken.includes(cell));
}

/**
 * Reads which cells a run takes. Without a word about it, as where the runner is called by itself, all of them.
 *
 * @throws Error when the seed is no whole number of at least 0.
 */
export function choiceOf(env: Readonly<Record<string, string | undefined>>): Choice {
  const seed = env[SEED] ?? "";
  const whole = (env[WHOLE] ?? "").split(",").filter((name) => name !== "");
  return { seed: seed === "" ? undefined : readSeed(seed), whole };
}

const seedSchema = z.coerce.number().int().min(0);

/** @throws Error when it is no whole number of at least 0 */
export function readSeed(text: string): number {
  const { success, data } = seedSchema.safeParse(text);
  if (!success) throw new Error(`${SEED}: found "${text}"; expected a whole number of at least 0`);
  return data;
}

/** Test files that a run leaves out: those of cells that it does not take. */
export const filesLeftOut = (
  matrices: readonly Matrix<unknown>[],
  choice: Choice,
): readonly string[] =>
  matrices.flatMap((one) => {
    const taken = cellsTaken(one, choice);
    return Object.entries(one.cells).flatMap(([name, cell]) =>
      isFileCell(cell) && !taken.includes(name) ? [cell.testFile] : [],
    );
  });

/** Whether a cell is a whole test file. */
export const isFileCell = (cell: unknown): cell is FileCell =>
  typeof cell === "object" && cell !== null && "testFile" in cell;

/** The cells that this run takes, as rows of a table of tests: name, then what the cell holds. */
export function rowsOf<Cell>(
  one: Matrix<Cell>,
  env: Readonly<Record<string, string | undefined>> = environment,
): readonly (readonly [name: string, cell: Cell])[] {
  const taken = cellsTaken(one, choiceOf(env));
  return Object.entries(one.cells).filter(([name]) => taken.includes(name));
}
