import { describe, expect, test } from "vitest";
import { redactor, redactorOf, toHide } from "../../components/upgrade/redact";
import { logExcerpt } from "../../components/steps/log-excerpt";

const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each<[string, string, readonly string[], string]>([
  [
    "a given secret is hidden wherever it stands",
    "key=s3cret! s3cret!",
    ["s3cret!"],
    "key=*** ***",
  ],
  [
    "a longer secret is hidden before a shorter one in it",
    "abcdefgh",
    ["abcdef", "abcdefgh"],
    "***",
  ],
  ["a text too short to be a secret is left alone", "a bcdef", ["bcdef"], "a bcdef"],
  [
    "a password in a URL is hidden unasked",
    "postgres://me:p@ss@db/x",
    [],
    "postgres://me:***@db/x",
  ],
  ["a URL without a password stays", "http://db:5432/x", [], "http://db:5432/x"],
  ["a secret escaped for a URL is hidden", "x?k=pa%40ss%2Fword", ["pa@ss/word"], "x?k=***"],
  ["escapes in small letters are hidden", "x?k=pa%40ss%2fword", ["pa@ss/word"], "x?k=***"],
  ["a secret escaped for JSON is hidden", '{"k":"a\\"bcdef"}', ['a"bcdef'], '{"k":"***"}'],
  [
    "one line of a secret is hidden",
    "read MIIEvQ== here",
    ["BEGIN\nMIIEvQ==\nEND"],
    "read *** here",
  ],
  [
    "a secret in base64 is hidden",
    `key ${base64("hunter2!")}`,
    ["hunter2!"],
    // The end stands for no byte of the secret.
    "key ***=",
  ],
  [
    "the password of a given URL is hidden where it stands alone, escaped or not",
    "password pa@ss:word or pa%40ss%3Aword",
    ["postgresql://me:pa%40ss%3Aword@db/x"],
    "password *** or ***",
  ],
  [
    "the password of a given URL is hidden where it stands alone, though an @ follows in its path or query",
    "password pa55word",
    ["postgresql://me:pa55word@db/x?application_name=gateway@prod"],
    "password ***",
  ],
  [
    "each password of several URLs in one secret is hidden where it stands alone",
    "first0 and second",
    ["amqp://me:first0@a:5672,amqp://me:second@b:5672"],
    "*** and ***",
  ],
  [
    "a password in the query of a given URL is hidden where it stands alone, escaped or not",
    "password pa@ss:word or pa%40ss%3Aword",
    ["postgresql://db/x?user=me&password=pa%40ss%3Aword&sslmode=require"],
    "password *** or ***",
  ],
  [
    "a secret escaped as Go writes JSON is hidden",
    '{"k":"a\\u0026b\\u003ccdef\\u003e"}',
    ["a&b<cdef>"],
    '{"k":"***"}',
  ],
  [
    "a secret escaped as Python writes JSON is hidden",
    '{"k":"gr\\u00fc\\u00dfe\\ud83d\\ude00!"}',
    ["gr\u00fc\u00dfe\u{1f600}!"],
    '{"k":"***"}',
  ],
  [
    "a secret is hidden as who trims it shows it",
    "key hunter2 is wrong",
    ["  hunter2 \n"],
    "key *** is wrong",
  ],
])("%s (law 6)", (_, line, secrets, shown) => {
  expect(redactor(secrets)(line)).toBe(shown);
});

describe("a secret inside of a longer text in base64", () => {
  test.each(["", "u", "us", "user", "user:"])("is hidden after %j (law 6)", (before) => {
    const secret = "s3cret-of-staging";
    const shown = redactor([secret])(base64(`${before}${secret}:more`));
    expect(Buffer.from(shown.split("***").join(""), "base64").toString()).not.toContain("cret");
    expect(shown).toContain("***");
  });
});

test("half a character pair in a secret breaks nothing", () => {
  expect(redactor(["abcdef\ud800"])("abc")).toBe("abc");
});

test("a step hides what it was given to hide, several lines included, and what it works with itself (law 6)", () => {
  const env = {
    ...toHide(["hunter2", "first\nsecond"]),
    DATABASE_URL: "postgresql://u:pa55word@db/x",
  };
  expect(redactorOf(env)("hunter2, second, pa55word, third")).toBe("***, ***, ***, third");
  expect(redactorOf({ REDACT: "no list" })("no list")).toBe("***");
  expect(redactorOf({})("hunter2")).toBe("hunter2");
});

test("lines that speak of trouble are told before the last ones", () => {
  expect(logExcerpt(["a", "ERROR b", "c"])).toEqual(["ERROR b"]);
  expect(logExcerpt(["a", "b", "c", "d"])).toEqual(["b", "c", "d"]);
});
