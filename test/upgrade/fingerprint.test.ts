import { expect, test } from "vitest";
import { fingerprint } from "../../components/upgrade/fingerprint";

test("the order of keys does not count, the order of a list does", () => {
  expect(fingerprint({ a: 1, b: { c: 2, d: 3 } })).toBe(fingerprint({ b: { d: 3, c: 2 }, a: 1 }));
  expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
});
