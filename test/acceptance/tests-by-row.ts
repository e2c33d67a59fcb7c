import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ROOT } from "../suite/durations";
import { rowsNamed } from "./rows-named";
import { testTitles } from "./test-titles";

/** Named by titles of the tests about these titles themselves. */
const OF_THE_TITLES = import.meta.dirname;

/** The test files whose titles name a requirement or a trap, by its row: `S-02`. */
export async function testsByRow(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const entries = await readdir(join(ROOT, "test"), { recursive: true, withFileTypes: true });
  const files = entries
    .filter(({ name, parentPath }) => name.endsWith(".test.ts") && parentPath !== OF_THE_TITLES)
    .map(({ name, parentPath }) => join(parentPath, name))
    .sort();
  const rows = new Map<string, Set<string>>();
  for (const file of files)
    for (const row of testTitles(await readFile(file, "utf8")).flatMap(rowsNamed))
      rows.set(row, (rows.get(row) ?? new Set()).add(relative(ROOT, file)));
  return rows;
}
