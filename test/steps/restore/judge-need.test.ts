import { expect, test } from "vitest";
import type { DumpToChoose } from "../../../components/dumps/dump-to-go-back-to";
import { judgeNeed } from "../../../components/steps/restore/judge-need";

const dump = (
  release: string,
  running: string,
  hour: number,
  schemaHead: string,
): DumpToChoose => ({
  path: `/dumps/${hour}-before-${release}.dump.zst`,
  release,
  running: [running],
  takenAt: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  schemaHead,
});
const before = dump("2.0.0", "1.2.0", 1, "007.sql");
const wanted = { release: "1.2.0", dump: "1-before-2.0.0.dump.zst" };
const way = "remove consents.restore from the stack file; the database stays as it is";
const refusal = (message: RegExp) =>
  expect.objectContaining({ message: expect.stringMatching(message) as string, fix: way }) as Error;

test("S-44: a restore is let on where the schema has moved past the dump from before a newer major", () => {
  expect(() => {
    judgeNeed(wanted, [before], "010.sql");
  }).not.toThrow();
});

test("S-48: a restore within a major is refused, though its dump is whole and the consent names it", () => {
  const within = dump("1.1.0", "1.0.0", 1, "003.sql");
  const left = { release: "1.0.0", dump: "1-before-1.1.0.dump.zst" };
  expect(() => {
    judgeNeed(left, [within], "004.sql");
  }).toThrow(refusal(/not the dump that 1\.0\.0 would need to go back across a major/));
});

test("S-48: another dump than the one of the way back is refused", () => {
  const back = dump("1.2.0", "2.0.0", 2, "010.sql");
  expect(() => {
    judgeNeed({ ...wanted, dump: "2-before-1.2.0.dump.zst" }, [before, back], "010.sql");
  }).toThrow(refusal(/is not restored: it is not the dump/));
});

test("S-48: a dump from before a major that was left again is refused: the rows since then are this major's own", () => {
  const onward = dump("1.3.0", "1.2.0", 2, "007.sql");
  expect(() => {
    judgeNeed(wanted, [before, onward], "008.sql");
  }).toThrow(refusal(/has come home/));
});

test.each([
  ["007.sql", /already \(007\.sql\)/],
  ["", /already \(no migration\)/],
])("S-48: a schema that is the dump's needs none (head '%s')", (head, words) => {
  const same = dump("2.0.0", "1.2.0", 1, head);
  expect(() => {
    judgeNeed(wanted, [same], head);
  }).toThrow(refusal(words));
});
