import { expect, test } from "vitest";
import { products } from "../../components/products";
import { configurationPage } from "./configuration-page";

const page = configurationPage().split("\n");

test.each([
  [
    "a number with its bound and its default",
    "  - `backup.keep` (whole number, at least 1; default `10`): ",
  ],
  ["a share", "  - `verify.maxErrorRate` (number, 0 to 1; default `0.01`): "],
  ["a key that must be there", "  - `kubernetes.context` (text; required): "],
  ["a choice of words", "  - `backup.format` (`custom` or `plain`; default `custom`): "],
  [
    "a list of a choice",
    '- `mustMatch` (list of `images`, `chart` or `config`; default `["images"]`): ',
  ],
  ["a map", "- `values` (map; default `{}`): "],
  ["a tree, whose keys have defaults of their own", "- `rollout` (keys below): "],
  ["a value of several forms", "- `chart` (one of 3 forms"],
  ["one of these forms, and what is below it", "  - A folder or .tgz."],
  ["a secret", "- `accessKeyId` (text, encrypted; required): "],
  ["a key of each entry of a map", "- `<name>.databaseUrl` (text, encrypted): "],
])("the reference has a line for %s", (_, line) => {
  const found = page.filter((one) => one.startsWith(line));
  // Once for each product that has the key.
  expect(found.length).toBeGreaterThanOrEqual(1);
  expect(found.length).toBeLessThanOrEqual(products.length);
});

test("the reference has a section for each key of the program", () => {
  const sections = page.filter((line) => line.startsWith("## gateways:"));
  expect(sections).toContain("## gateways:smoltbot");
  expect(sections).toContain("## gateways:instanceSecrets");
  expect(new Set(sections).size).toBe(sections.length);
});
