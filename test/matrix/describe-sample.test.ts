import { expect, test } from "vitest";
import { describeSample, listMatrices } from "./describe-sample";
import { matrix } from "./matrix";

const letters = matrix({ name: "letters", sample: 2, cells: { a: 1, b: 2, c: 3 } });
const signs = matrix({ name: "signs", sample: 1, cells: { plus: 1, minus: 2 } });

test("a run says its seed, and of each matrix how many cells it takes and which", () => {
  const [head, ...lines] = describeSample([letters, signs], { seed: 12, whole: ["signs"] });
  expect(head).toBe("Matrices, sampled with TEST_SEED=12:");
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}letters: 2 of 3: [abc]; [abc]$/),
    "  signs: 2 of 2",
  ]);
});

test("a run without a seed says that it takes all", () => {
  expect(describeSample([letters], { seed: undefined, whole: [] })).toEqual([
    "Matrices, whole:",
    "  letters: 3 of 3",
  ]);
});

test("the list says of each matrix how many runs take all of it", () => {
  expect(listMatrices([letters, signs])).toEqual([
    "letters  3 cells, 2 in a run, all in 2 runs",
    "signs    2 cells, 1 in a run, all in 2 runs",
  ]);
});
