import { expect, test } from "vitest";
import { linesOf } from "../../../components/hosts/facts/host-lines";
import {
  noteText,
  ownerInWords,
  ownerNote,
  ownershipOf,
  UNKNOWN,
} from "../../../components/hosts/plan/owner";

const note = { stack: "gateways/staging", release: "0.10.0", at: Date.UTC(2026, 0, 2) };

test("a note reads as it was written, also where its names stand among others", () => {
  const text = noteText(note.stack, note.release, note.at);
  expect(ownerNote(linesOf(text))).toEqual(note);
  expect(ownerNote(linesOf(text.replaceAll(/^/gm, "owner.")), "owner.")).toEqual(note);
});

test.each([
  ["a program without a note is free, which proves nothing", undefined, {}, "free"],
  ["one of this stack is its own", "gateways/prod", {}, "own"],
  ["one of another stack is not", "gateways/staging", {}, "another"],
  [
    "a consent takes it from the stack that it names",
    "gateways/staging",
    { takeOver: "gateways/staging" },
    "taken",
  ],
  ["and from no other one", "gateways/staging", { takeOver: "gateways/dev" }, "another"],
  ["a note that says nothing is somebody's", UNKNOWN, {}, "another"],
] as const)("%s", (_, stack, change, expected) => {
  const found = stack === undefined ? undefined : { ...note, stack };
  expect(ownershipOf(found, { stack: "gateways/prod", ...change })).toBe(expected);
});

test("a note without a moment, or without a stack, is told as far as it goes", () => {
  expect(ownerInWords({ ...note, at: undefined })).toBe(
    "stack gateways/staging, which wants 0.10.0 there",
  );
  expect(ownerInWords(ownerNote(linesOf("half a no")))).toBe("a stack that its note does not name");
});
