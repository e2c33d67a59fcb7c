import { expect, test } from "vitest";
import { rowsOf } from "./acceptance/rows-named";
import { testsByRow } from "./acceptance/tests-by-row";

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

/** What it does not prove: that a test which names a row proves it. */
test("every requirement and trap is named by the title of a test", async () => {
  const named = await testsByRow();
  const missing = WANTED.filter((row) => !named.has(row));
  expect(missing, `no test names ${missing.join(", ")}`).toEqual([]);
});
