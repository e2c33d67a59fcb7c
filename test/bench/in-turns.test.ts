import { expect, test } from "vitest";
import { inTurns } from "./in-turns";

test("Both ways take turns, and the first turn does not count", async () => {
  const order: string[] = [];
  const way = (name: string) => () => Promise.resolve(order.push(name));
  const contest = { title: "work", ours: way("ours"), other: way("other") };
  const taken = await inTurns({ runs: 2, say: () => undefined }, [contest]);
  expect(order).toEqual(["ours", "other", "ours", "other", "ours", "other"]);
  expect(taken).toEqual([{ title: "work", ours: [3, 5], other: [4, 6] }]);
});
