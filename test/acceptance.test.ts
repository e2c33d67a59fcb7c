import { expect, test } from "vitest";
import { rowsOf } from "./acceptance/rows-named";
import { testsByRow } from "./acceptance/tests-by-row";

/** Requirements of smoltbot's upgrade guide, on Kubernetes and on a Docker host, and traps on the way, that this program answers. */
const WANTED = [...rowsOf("S", 1, 54), ...rowsOf("T", 1, 17), ...rowsOf("T", 44, 46)];

/** What it does not prove: that a test which names a row proves it. */
test("every requirement and trap is named by the title of a test", async () => {
  const named = await testsByRow();
  const missing = WANTED.filter((row) => !named.has(row));
  expect(missing, `no test names ${missing.join(", ")}`).toEqual([]);
});
