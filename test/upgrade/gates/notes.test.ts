import { expect, test } from "vitest";
import { parseCatalogue } from "../../../components/config/read-catalogue";
import { notes, type NotesArgs } from "../../../components/upgrade/gates/notes";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.notesRead";
const major = step("1.9.0", "2.0.0");
const entries = `
  - { releases: "1.2.0", summary: labels, resources: 256 MiB more, notes: "https://n.example/1.2" }
  - { releases: "1.2.5", summary: a leak is closed }
  - { releases: "1.3.0", notes: "https://n.example/1.3" }`;
const parsed = parseCatalogue(`entries: ${entries}`, "facts.yaml");
const known = "catalogue" in parsed ? parsed.catalogue : [];
const ask = (question: Omit<NotesArgs, "at" | "catalogue">) =>
  notes({ catalogue: known, at, ...question });

test.each([
  ["S-45: a patch", "1.1.0", "1.1.1", "patch"],
  ["S-48: a rollback", "1.2.0", "1.1.0", "rollback"],
  ["a first install", undefined, "1.1.0", "install"],
])("%s passes unread", (_, from, to, change) => {
  expect(spoken(ask({ plan: step(from, to) }))).toEqual([
    `pass ${at}: ${change}, ${to}: no notes to read`,
  ]);
});

test("S-01, S-47: a major whose notes nobody has read is refused", () => {
  expect(spoken(ask({ plan: major }))).toEqual([`block ${at}: no notes read`]);
});

test("S-01, S-47: notes of another release do not count", () => {
  expect(spoken(ask({ plan: major, notesRead: "1.9.0" }))).toEqual([
    `block ${at}: notes of 1.9.0 read`,
  ]);
});

test("S-01, S-47: a major whose notes are read passes", () => {
  expect(spoken(ask({ plan: major, notesRead: "2.0.0" }))).toEqual([
    `pass ${at}: notes of 2.0.0 are read`,
  ]);
});

test("S-46: a minor whose notes nobody has read is recalled, with what is known of it; of another release they do not count", () => {
  const plan = step("1.1.0", "1.2.0");
  expect(spoken(ask({ plan }))).toEqual([
    `warn ${at}: no notes read; 1.2.0 brings: labels; 256 MiB more`,
  ]);
  expect(ask({ plan })[0]?.fix).toBe(
    'read the notes of 1.2.0 (https://n.example/1.2), then set notesRead: "1.2.0" in the stack file',
  );
  expect(spoken(ask({ plan: step("1.3.0", "1.4.0"), notesRead: "1.3.0" }))).toEqual([
    `warn ${at}: notes of 1.3.0 read`,
  ]);
  expect(spoken(ask({ plan, notesRead: "1.2.0" }))).toEqual([
    `pass ${at}: notes of 1.2.0 are read`,
  ]);
});

test("S-01, S-06: what all releases on the way bring is told in one finding, of a patch as well, and not to whoever goes back", () => {
  expect(spoken(ask({ plan: step("1.1.0", "1.3.0") }))).toEqual([
    `warn ${at}: no notes read; 1.2.0 brings: labels; 256 MiB more; 1.2.5 brings: a leak is closed`,
  ]);
  expect(spoken(ask({ plan: step("1.2.4", "1.2.5") }))).toEqual([
    `warn ${at}: no notes read; 1.2.5 brings: a leak is closed`,
  ]);
  expect(ask({ plan: step("1.2.4", "1.2.5") })[0]?.fix).toBe(
    'read the notes of 1.2.5, then set notesRead: "1.2.5" in the stack file',
  );
  expect(spoken(ask({ plan: step("1.3.0", "1.1.0") }))).toEqual([
    `pass ${at}: rollback, 1.1.0: no notes to read`,
  ]);
});
