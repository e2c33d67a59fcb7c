import fc from "fast-check";
import { expect, test } from "vitest";
import type { Operation } from "../operation";
import { sequenceOf } from "../sequence";
import { draws } from "./draws";

const drawn: readonly Operation[] = fc.sample(sequenceOf(draws), { seed: 1, numRuns: 1000 }).flat();

test("of a thousand sequences some kill each part of a run, and some have each thing done to the host in the middle of one (S-14)", () => {
  const parts = new Set(drawn.flatMap((one) => ("part" in one ? [one.part] : [])));
  expect([...parts].toSorted()).toEqual([
    ...["everything", "the CLI", "the language host", "the plugin command", "the plugin docker"],
  ]);
  const meanwhile = new Set(drawn.flatMap((one) => ("deed" in one ? [one.deed.kind] : [])));
  expect([...meanwhile].toSorted()).toEqual([
    ...["remove by hand", "restart by hand", "somebody runs compose up", "stop by hand"],
    ...["the daemon is killed", "the daemon is restarted"],
  ]);
});

test("every sequence ends with the same up, or the line reverted, once what the operator has put wrong is mended", () => {
  const last = fc
    .sample(sequenceOf(draws), { seed: 2, numRuns: 50 })
    .map((sequence) => sequence.at(-1));
  expect(new Set(last.map((one) => one?.kind))).toEqual(new Set(["see it through"]));
});
