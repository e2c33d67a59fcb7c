import { expect, test } from "vitest";
import { longestFirst } from "./durations";

const sorted = (files: readonly string[], durations: Readonly<Record<string, number>>) =>
  longestFirst(files, durations, (file) => file);

test("the longest file starts first and the shortest last", () => {
  expect(sorted(["a", "b", "c"], { a: 2, b: 100, c: 30 })).toEqual(["b", "c", "a"]);
});

test("files of unknown length start before all others, in the order in which they came", () => {
  expect(sorted(["a", "new", "b", "newer"], { a: 2, b: 100 })).toEqual(["new", "newer", "b", "a"]);
});
