import { expect, test } from "vitest";
import { redactor } from "../../components/steps/redact";
import { tellingLines } from "../../components/steps/telling-lines";

test.each([
  ["a given secret is hidden wherever it stands", "key=s3cret! s3cret!", "s3cret!", "key=*** ***"],
  ["a longer secret is hidden before a shorter one in it", "abcdefgh", "abcd\nabcdefgh", "***"],
  ["a text too short to be a secret is left alone", "a b", "a", "a b"],
  [
    "a password in a URL is hidden unasked",
    "postgres://me:p@ss@db/x",
    "",
    "postgres://me:***@db/x",
  ],
  ["a URL without a password stays", "http://db:5432/x", "", "http://db:5432/x"],
])("%s", (_, line, secrets, shown) => {
  expect(redactor(secrets)(line)).toBe(shown);
});

test("lines that speak of trouble are told before the last ones", () => {
  expect(tellingLines(["a", "ERROR b", "c"])).toEqual(["ERROR b"]);
  expect(tellingLines(["a", "b", "c", "d"])).toEqual(["b", "c", "d"]);
});
