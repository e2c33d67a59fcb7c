import { expect, test } from "vitest";
import { rowsNamed, rowsOf } from "./rows-named";
import { testTitles } from "./test-titles";

test.each([
  ["a plain test", `test("is well (S-01)", () => {});`, ["is well (S-01)"]],
  [
    "a test within a describe, which is part of its title",
    `describe("a gate (S-02)", () => { test("passes", () => {}); });`,
    ["a gate (S-02) passes"],
  ],
  [
    "rows of a table",
    `test.each([["S-03: low", 1], ["S-04: high", { deep: "S-05" }]] as const)("%s passes", () => {});`,
    ["%s passes S-03: low S-04: high"],
  ],
  [
    "rows of a table with a name",
    `const rows = [["low (T-01)"]]; test.each(rows)("%s passes", () => {});`,
    ["%s passes low (T-01)"],
  ],
  ["rows that the title does not show", `test.each([["S-06"]])("passes", () => {});`, ["passes"]],
  ["a test that may be left out", `test.skipIf(no)("is well (S-07)", run);`, ["is well (S-07)"]],
  ["a test that is skipped", `test.skip("is well (S-08)", run); test.todo("S-09");`, []],
  ["a describe that is skipped", `describe.skip("all", () => { test("S-10", run); });`, []],
  ["a call of something else", `expect("S-11").toBe(run("S-12")); /test/.test("S-13");`, []],
])("titles are found: %s", (_, source, titles) => {
  expect(testTitles(source)).toEqual(titles);
});

test.each([
  ["(S-02, B-21, T-05)", ["S-02", "B-21", "T-05"]],
  ["S-15 to S-17: all", ["S-15", "S-17", "S-16"]],
  ["S-45, S-48: a patch", ["S-45", "S-48"]],
  ["no S-row, no XS-01", []],
])("rows are read out of a title: %s", (title, rows) => {
  expect(rowsNamed(title)).toEqual(rows);
});

test("a row's number has two digits", () => {
  expect(rowsOf("S", 8, 11)).toEqual(["S-08", "S-09", "S-10", "S-11"]);
});
