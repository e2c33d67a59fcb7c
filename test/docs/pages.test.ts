import { expect, test } from "vitest";
import { rowsOf } from "../acceptance/rows-named";
import { MENDED_BY, PAGES, stalePages } from "./pages";

test("every page that is made from something else is as it would be made now", async () => {
  const stale = await stalePages();
  expect(stale, `${stale.join(", ")}: out of date. Run ${MENDED_BY}`).toEqual([]);
  expect(Object.keys(PAGES)).toHaveLength(3);
});

test("the page of requirements has every row once: 54 of smoltbot, 41 of BAMF and 46 traps", async () => {
  const page = (await PAGES["docs/requirements.md"]?.()) ?? "";
  const rows = [...page.matchAll(/^- \*\*(\S+)\*\* /gm)].map(([, row]) => row);
  expect(rows).toEqual([...rowsOf("S", 1, 54), ...rowsOf("B", 1, 41), ...rowsOf("T", 1, 46)]);
});
