import { expect, test } from "vitest";
import { spread } from "./spread";

test("Of an even number of values the median lies between the middle two", () => {
  expect(spread([4, 1, 3, 2])).toMatchObject({ median: 2.5, min: 1, max: 4 });
});

test("One value is its own median, least, most and 95th percentile", () => {
  expect(spread([7])).toEqual({ median: 7, min: 7, max: 7, p95: 7 });
});

test("The 95th percentile of 1 to 21 is 20", () => {
  expect(spread(Array.from({ length: 21 }, (_none, index) => index + 1)).p95).toBe(20);
});

test("Nothing measured is an error, not a zero", () => {
  expect(() => spread([])).toThrow("nothing was measured");
});
