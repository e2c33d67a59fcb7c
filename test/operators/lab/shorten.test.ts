import { expect, test } from "vitest";
import { shorten } from "./shorten";

const letters = (word: string): readonly string[] => word.split("");
const always = () => true;

test("a sequence that breaks its law by two of its operations is shortened to those and the last one", async () => {
  const breaks = (shorter: readonly string[]) =>
    Promise.resolve(shorter.includes("b") && shorter.includes("d"));
  expect(await shorten(letters("abcdef"), breaks, always)).toEqual(letters("bdf"));
});

test("a sequence of which nothing can be left out stays as it is", async () => {
  expect(await shorten(letters("abc"), () => Promise.resolve(false), always)).toEqual(
    letters("abc"),
  );
});

test("once the time is over, what was found so far is kept and nothing more is played", async () => {
  const played: string[] = [];
  const breaks = (shorter: readonly string[]) => {
    played.push(shorter.join(""));
    return Promise.resolve(true);
  };
  expect(await shorten(letters("abcd"), breaks, () => played.length < 1)).toEqual(letters("abd"));
  expect(played).toEqual(["abd"]);
});
