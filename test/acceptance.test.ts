import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsNamed, rowsOf } from "./acceptance/rows-named";
import { testTitles } from "./acceptance/test-titles";

/** Requirements of the upgrade guide on Kubernetes, and traps on the way, that this program answers. */
const WANTED = [
  ...rowsOf("S", 1, 2),
  ...rowsOf("S", 4, 8),
  ...rowsOf("S", 14, 32),
  ...rowsOf("S", 41, 54),
  ...rowsOf("T", 1, 2),
  "T-05",
  ...rowsOf("T", 7, 16),
];

/** Named by titles of the tests about this list itself. */
const OF_THE_LIST = join(import.meta.dirname, "acceptance");

/** What it does not prove: that a test which names a row proves it. */
test("every requirement and trap is named by the title of a test", async () => {
  const entries = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    ({ name, parentPath }) => name.endsWith(".test.ts") && parentPath !== OF_THE_LIST,
  );
  const texts = await Promise.all(
    files.map(({ name, parentPath }) => readFile(join(parentPath, name), "utf8")),
  );
  const named = new Set(texts.flatMap(testTitles).flatMap(rowsNamed));
  const missing = WANTED.filter((row) => !named.has(row));
  expect(missing, `no test names ${missing.join(", ")}`).toEqual([]);
});
