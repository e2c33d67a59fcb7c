import { expect, test } from "vitest";
import { countsOf, failuresAgain, slowest, type FileReport } from "./report";

const file = (changes: Partial<FileReport> = {}): FileReport => ({
  file: "test/a.test.ts",
  project: "unit",
  ok: true,
  seconds: 1,
  endedAt: 0,
  passed: 3,
  failed: 0,
  broken: 0,
  failures: [],
  ...changes,
});
const run = (...files: readonly FileReport[]) => ({ whole: true, errors: 0, files: [...files] });

test("a run in which everything passed has no failure", () => {
  expect(countsOf(run(file(), file({ passed: 2 })), 0)).toEqual({ passed: 5, failed: 0 });
});

test.each([
  ["a failed test", run(file({ ok: false, passed: 2, failed: 1 })), 2, 1],
  ["a file that does not load", run(file({ ok: false, passed: 0, broken: 1 }), file()), 3, 1],
  [
    "a failed test and a group whose set-up fails",
    run(file({ ok: false, failed: 1, broken: 1 })),
    3,
    2,
  ],
  ["a file that failed for a reason that is not told", run(file({ ok: false })), 3, 1],
  ["an error outside of all files", { ...run(file()), errors: 1 }, 3, 1],
  ["an error that is told nowhere", run(file()), 3, 1],
  ["nothing that was run", run(), 0, 1],
])("%s is counted once", (_, report, passed, failed) => {
  expect(countsOf(report, 1)).toEqual({ passed, failed });
});

test("a run that was interrupted has a failure, whatever its runner ends with", () => {
  expect(countsOf({ ...run(file()), whole: false }, 0)).toEqual({ passed: 3, failed: 1 });
});

test("a runner that was killed has a failure", () => {
  expect(countsOf(run(file()), undefined).failed).toBe(1);
});

test("the slowest files come first, and no more than asked for", () => {
  const files = [2, 120.25, 9].map((seconds) => file({ file: `test/${seconds}.test.ts`, seconds }));
  expect(slowest(run(...files), 2)).toEqual([
    "  120.3 s  test/120.25.test.ts",
    "    9.0 s  test/9.test.ts",
  ]);
});

test("each failure is said once more in a few lines: those that speak of errors before all others", () => {
  const output = [
    "AssertionError: x",
    ...Array<string>(50).fill("    a line"),
    "  error: no pod",
    "the end",
  ];
  const failed = file({
    ok: false,
    failures: [
      { name: "a sentence", message: output.join("\n") },
      { name: "another", message: "expected 1\n\nto be 2" },
    ],
  });
  expect(failuresAgain(run(file(), failed))).toEqual([
    "FAILED test/a.test.ts > a sentence",
    "    AssertionError: x",
    "      error: no pod",
    "FAILED test/a.test.ts > another",
    "    expected 1",
    "    to be 2",
  ]);
});
