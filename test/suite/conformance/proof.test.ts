import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeProof, hasPassed, isProven, markProven, readProof, type Proof } from "./proof";

const proof = (changes: Partial<Proof> = {}): Proof => ({
  content: "c",
  kind: "standin",
  here: false,
  recorded: false,
  ...changes,
});
const file = (name: string, ok = true, passed = 1) => ({
  ...{
    file: name,
    project: "lab",
    ok,
    seconds: 1,
    endedAt: 0,
    passed,
    failed: 0,
    broken: 0,
    failures: [],
  },
});

test("content that nothing is known about is taken whole, and that is said", () => {
  expect(isProven(proof())).toBe(false);
  expect(describeProof(proof(), true)).toMatch(/the stand-ins: whole; nothing says/);
});

test.each([
  ["on this machine", { here: true }],
  ["by test/suite/conformance/record.json", { recorded: true }],
])("content that has passed %s is sampled, and that is said", (where, known) => {
  expect(isProven(proof(known))).toBe(true);
  expect(describeProof(proof(known), false)).toContain(`has passed whole ${where}`);
  expect(describeProof(proof(known), true)).toContain("whole; as asked for");
});

test("a mark holds for its content and its kind of plugins alone", async () => {
  const cache = await mkdtemp(join(tmpdir(), "gateways-conformance-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  await markProven(cache, proof());
  expect((await readProof(cache, "c", "standin")).here).toBe(true);
  expect((await readProof(cache, "d", "standin")).here).toBe(false);
  expect((await readProof(cache, "c", "official")).here).toBe(false);
});

test.each([
  ["all files pass", true, true, [file("a"), file("b"), file("c")]],
  ["one fails", false, true, [file("a"), file("b", false)]],
  ["one has run no test", false, true, [file("a"), file("b", true, 0)]],
  ["one is not run", false, true, [file("a")]],
  ["the run is cut short", false, false, [file("a"), file("b")]],
])("where %s, it is a whole pass: %s", (_, expected, whole, files) => {
  expect(hasPassed({ whole, errors: 0, files: [...files] }, ["a", "b"])).toBe(expected);
});
