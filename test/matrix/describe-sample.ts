import { cellsTaken, SEED, type Choice, type Matrix } from "./matrix";

/** Says which cells a run takes, and how to take them again: a line for the run, one for each matrix. */
export function describeSample(
  matrices: readonly Matrix<unknown>[],
  choice: Choice,
): readonly string[] {
  const lines = matrices.map((one) => {
    const [taken, all] = [cellsTaken(one, choice), Object.keys(one.cells)];
    const head = `  ${one.name}: ${taken.length} of ${all.length}`;
    return taken.length === all.length ? head : `${head}: ${taken.join("; ")}`;
  });
  const { seed } = choice;
  const head =
    seed === undefined ? "Matrices, whole:" : `Matrices, sampled with ${SEED}=${String(seed)}:`;
  return [head, ...lines];
}

/** The matrices with their number of cells, and how many of them a usual run takes. */
export function listMatrices(matrices: readonly Matrix<unknown>[]): readonly string[] {
  const width = Math.max(...matrices.map(({ name }) => name.length));
  return matrices.map(({ name, sample, cells }) => {
    const count = Object.keys(cells).length;
    const runs = Math.ceil(count / sample);
    return `${name.padEnd(width)}  ${count} cells, ${sample} in a run, all in ${runs} runs`;
  });
}
