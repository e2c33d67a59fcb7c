import { expect, test } from "vitest";
import { MENDED_BY, PAGES, stalePages } from "./pages";

test("every page that is made from something else is as it would be made now", async () => {
  const stale = await stalePages();
  expect(stale, `${stale.join(", ")}: out of date. Run ${MENDED_BY}`).toEqual([]);
  expect(Object.keys(PAGES)).toContain("docs/configuration.md");
});
