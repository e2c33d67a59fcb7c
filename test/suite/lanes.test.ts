import { expect, test } from "vitest";
import { lanesOf } from "./lanes";

test("without a word about lanes there is more than one", () => {
  expect(lanesOf({})).toBeGreaterThan(1);
});

test("the environment says how many lanes there are", () => {
  expect(lanesOf({ TEST_LANES: "5" })).toBe(5);
});

test.each(["0", "-1", "1.5", "two"])("%s is no number of lanes and is refused", (text) => {
  expect(() => lanesOf({ TEST_LANES: text })).toThrow(`TEST_LANES: found "${text}"`);
});
