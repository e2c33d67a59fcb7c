import { expect, test } from "vitest";
import {
  differences,
  sequenceDifferences,
  type Checksums,
  type SequenceState,
} from "../../components/dumps/table-checksums";

const source: Checksums = {
  tables: [
    { name: "public.agents", rows: 3, hash: "17" },
    { name: "public.empty", rows: 0, hash: "0" },
  ],
  objects: ["index public.agents_pkey"],
};
const [agents, empty] = source.tables;

test("a copy that is equal shows no difference, in whatever order it is read", () => {
  expect(differences(source, { ...source, tables: source.tables.toReversed() })).toEqual([]);
});

test.each<[string, Checksums, string]>([
  [
    "lacks rows",
    { ...source, tables: [{ ...agents!, rows: 2 }, empty!] },
    "table public.agents has 3 rows, its copy 2",
  ],
  [
    "holds another value",
    { ...source, tables: [{ ...agents!, hash: "18" }, empty!] },
    "the rows of table public.agents differ in the copy",
  ],
  [
    "lacks a table without rows",
    { ...source, tables: [agents!] },
    "table public.empty is missing in the copy",
  ],
  [
    "has one table more",
    { ...source, tables: [...source.tables, { name: "public.x", rows: 0, hash: "0" }] },
    "table public.x is only in the copy",
  ],
  ["lacks an index", { ...source, objects: [] }, "index public.agents_pkey is missing in the copy"],
  [
    "has one index more",
    { ...source, objects: [...source.objects, "index public.x"] },
    "index public.x is only in the copy",
  ],
])("a copy that %s is told apart (T-12)", (_, copy, words) => {
  expect(differences(source, copy)).toEqual([words]);
});

const sequence = (last: string | undefined, more: Partial<SequenceState> = {}): SequenceState => ({
  name: "public.ids",
  last,
  increment: "1",
  cycle: false,
  ...more,
});
const down = { increment: "-1" };

test.each<[string, SequenceState, SequenceState, SequenceState]>([
  ["stands still", sequence("5"), sequence("5"), sequence("5")],
  ["moved on while it was read", sequence("5"), sequence("7"), sequence("9")],
  ["counts down", sequence("-5", down), sequence("-6", down), sequence("-7", down)],
  ["was never used", sequence(undefined), sequence(undefined), sequence(undefined)],
  ["was used for the first time meanwhile", sequence(undefined), sequence("1"), sequence("2")],
  [
    "is larger than a double can count",
    sequence("9007199254740993"),
    sequence("9007199254740993"),
    sequence("9007199254740993"),
  ],
  [
    "starts over",
    sequence("9", { cycle: true }),
    sequence("1", { cycle: true }),
    sequence("2", { cycle: true }),
  ],
])("a sequence that %s is equal to its copy", (_, before, copy, after) => {
  expect(sequenceDifferences([before], [copy], [after])).toEqual([]);
});

test.each<[string, SequenceState, SequenceState | undefined, SequenceState]>([
  ["behind its source", sequence("5"), sequence("4"), sequence("9")],
  ["at its start", sequence("5"), sequence(undefined), sequence("9")],
  ["ahead of its source", sequence("5"), sequence("10"), sequence("9")],
  ["missing", sequence("5"), undefined, sequence("9")],
])("a copy of a sequence that is %s is told apart", (_, before, copy, after) => {
  const found = sequenceDifferences([before], copy === undefined ? [] : [copy], [after]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain("sequence public.ids");
});
