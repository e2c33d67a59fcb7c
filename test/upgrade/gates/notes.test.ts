import { expect, test } from "vitest";
import { notes } from "../../../components/upgrade/gates/notes";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.notesRead";
const major = step("1.9.0", "2.0.0");

test.each([
  ["S-45: a patch", "1.1.0", "1.1.1", "patch"],
  ["S-46: a minor, which the version policy speaks for,", "1.1.0", "1.2.0", "minor"],
  ["S-48: a rollback", "1.2.0", "1.1.0", "rollback"],
  ["a first install", undefined, "1.1.0", "install"],
])("%s passes unread", (_, from, to, change) => {
  expect(spoken(notes({ plan: step(from, to), at }))).toEqual([
    `pass ${at}: ${change}, ${to}: no notes of a major to read`,
  ]);
});

test("S-01, S-47: a major whose notes nobody has read is refused", () => {
  expect(spoken(notes({ plan: major, at }))).toEqual([`block ${at}: no notes read`]);
});

test("S-01, S-47: notes of another release do not count", () => {
  expect(spoken(notes({ plan: major, at, notesRead: "1.9.0" }))).toEqual([
    `block ${at}: notes of 1.9.0 read`,
  ]);
});

test("S-01, S-47: a major whose notes are read passes", () => {
  expect(spoken(notes({ plan: major, at, notesRead: "2.0.0" }))).toEqual([
    `pass ${at}: notes of 2.0.0 are read`,
  ]);
});
