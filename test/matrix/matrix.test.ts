import fc from "fast-check";
import { expect, test } from "vitest";
import { cellsTaken, choiceOf, filesLeftOut, matrix, rowsOf, turnsOf } from "./matrix";

const matrices = fc
  .record({
    name: fc.string(),
    cells: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ name, cells, part }) => ({
    name,
    sample: Math.max(1, Math.floor(part * cells.length)),
    cells: Object.fromEntries(cells.map((cell) => [`cell ${cell}`, cell])),
  }));
const seeds = fc.nat({ max: 1_000_000 });
const taken = (one: Parameters<typeof cellsTaken>[0], seed: number) =>
  cellsTaken(one, { seed, whole: [] });

test("every cell has its turn within as many runs in a row as the matrix has samples, whichever run is the first", () => {
  fc.assert(
    fc.property(matrices, seeds, (one, first) => {
      const cells = Object.keys(one.cells);
      const runs = Math.ceil(cells.length / one.sample);
      const seen = Array.from({ length: runs }, (_, run) => taken(one, first + run)).flat();
      expect(new Set(seen)).toEqual(new Set(cells));
    }),
  );
});

test("a run takes exactly as many cells as the sample says, each once and in the order of the matrix, and the same ones when it is repeated", () => {
  fc.assert(
    fc.property(matrices, seeds, (one, seed) => {
      const cells = taken(one, seed);
      expect(new Set(cells).size).toBe(one.sample);
      expect(cells).toEqual(Object.keys(one.cells).filter((cell) => cells.includes(cell)));
      expect(taken(one, seed)).toEqual(cells);
    }),
  );
});

test("the order of the turns does not follow the order of the cells", () => {
  const cells = ["a", "b", "c", "d", "e", "f", "g", "h"];
  expect(turnsOf("one", cells)).toEqual(turnsOf("one", cells.toReversed()));
  expect(turnsOf("one", cells)).not.toEqual(turnsOf("other", cells));
});

const letters = matrix({ name: "letters", sample: 2, cells: { a: 1, b: 2, c: 3 } });

test("without a seed all cells are taken, and with one a sample", () => {
  expect(rowsOf(letters, {})).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  expect(rowsOf(letters, { TEST_SEED: "7" })).toHaveLength(2);
});

test("a matrix that is named is taken whole, whatever the seed", () => {
  expect(rowsOf(letters, { TEST_SEED: "7", TEST_MATRIX: "others,letters" })).toHaveLength(3);
  expect(rowsOf(letters, { TEST_SEED: "7", TEST_MATRIX: "others" })).toHaveLength(2);
  expect(rowsOf(letters, { TEST_SEED: "7", TEST_MATRIX: "all" })).toHaveLength(3);
});

test.each(["-1", "1.5", "many"])("the seed %s is refused", (seed) => {
  expect(() => choiceOf({ TEST_SEED: seed })).toThrow(`TEST_SEED: found "${seed}"`);
});

test.each([0, 4, 1.5])("a sample of %s of 3 cells is refused", (sample) => {
  expect(() => matrix({ ...letters, sample })).toThrow(
    `matrix letters: a sample of ${sample} of 3 cells`,
  );
});

test("of a matrix of test files, those are left out that have no turn, and none of a whole one", () => {
  const files = matrix({
    name: "files",
    sample: 1,
    cells: { a: { testFile: "a.test.ts" }, b: { testFile: "b.test.ts" } },
  });
  const left = [0, 1].flatMap((seed) => filesLeftOut([files, letters], { seed, whole: [] }));
  expect(left.toSorted()).toEqual(["a.test.ts", "b.test.ts"]);
  expect(filesLeftOut([files], { seed: 0, whole: ["files"] })).toEqual([]);
});
