import { expect, test } from "vitest";
import { brokenLinks, headingsOf, linksOf } from "./links";

test("every link between the pages leads to a file, and to a heading where it names one", async () => {
  expect(await brokenLinks()).toEqual([]);
});

test("links to other hosts, and what stands in code, are not followed", () => {
  const text = "[a](b.md#c) [d](https://e.example)\n\n```sh\n[f](g)\n```\n\n[h](#i)";
  expect(linksOf(text)).toEqual(["b.md#c", "#i"]);
});

test("headings have the names that GitHub gives them", () => {
  const text = "# A word, and `code`\n\n```sh\n# no heading\n```\n\n## --target";
  expect(headingsOf(text)).toEqual(["a-word-and-code", "--target"]);
});
