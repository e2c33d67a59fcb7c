import { expect, test } from "vitest";
import { gate } from "../../components/upgrade/finding";
import { askGates, type Gate } from "../../components/upgrade/gate";

const counts: Gate<number> = {
  name: "counts",
  question: "How many are there?",
  ask: (input, all) => [gate("counts").pass({ at: "here", found: `${input} of ${all.length}` })],
};
const silent: Gate<number> = { name: "silent", question: "Is it so?", ask: () => [] };

test("all gates answer about one gateway, each with a view of all, in the order of their list", () => {
  expect(askGates([counts, silent, counts], 1, [1, 2]).map(({ found }) => found)).toEqual([
    "1 of 2",
    "1 of 2",
  ]);
});
