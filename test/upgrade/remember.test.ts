import { expect, test } from "vitest";
import { remember } from "../../components/upgrade/remember";

test("each text is read once, a fault every time", () => {
  const read: string[] = [];
  const lengthOf = remember((text) => {
    read.push(text);
    if (text === "") throw new Error("empty");
    return { length: text.length };
  });
  expect(lengthOf("one")).toBe(lengthOf("one"));
  expect(lengthOf("four")).toEqual({ length: 4 });
  expect(() => lengthOf("")).toThrow("empty");
  expect(() => lengthOf("")).toThrow("empty");
  expect(read).toEqual(["one", "four", "", ""]);
});
