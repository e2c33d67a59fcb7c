import { expect, test } from "vitest";
import { intOrPercent, resolveCount } from "../../../components/kubernetes/objects/int-or-percent";

test.each([
  [1, 2, 1, 1],
  ["25%", 2, 0, 1],
  ["25%", 4, 1, 1],
  ["50%", 3, 1, 2],
  ["100%", 3, 3, 3],
  ["0%", 3, 0, 0],
])("%s of %d pods is %d rounded down and %d rounded up (S-53, S-54)", (value, pods, down, up) => {
  expect([resolveCount(value, pods, "down"), resolveCount(value, pods, "up")]).toEqual([down, up]);
});

test.each(["1", "25", "-1%", "1.5%", -1, 0.5])("%j is no count of pods", (value) => {
  expect(intOrPercent.safeParse(value).success).toBe(false);
});
