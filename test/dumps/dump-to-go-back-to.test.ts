import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dumpToGoBackTo, type DumpToChoose } from "../../components/dumps/dump-to-go-back-to";

/** A dump of that day: what it was taken before, what ran then (a comma between releases), and the schema's head. */
const dump = (day: number, release: string, running: string, schemaHead: string): DumpToChoose => ({
  path: `/dumps/${String(day).padStart(3, "0")}`,
  takenAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  release,
  running: running === "" ? [] : running.split(","),
  schemaHead,
});
const chosen = (dumps: readonly DumpToChoose[], wanted = "1.2.0") => {
  const found = dumpToGoBackTo(dumps, wanted);
  return found === undefined ? undefined : dumps.indexOf(found);
};

describe("the dump for a way back across a major (S-44)", () => {
  test.each<[string, number | undefined, DumpToChoose[]]>([
    ["is the one that was taken before the major", 0, [dump(1, "2.0.0", "1.2.0", "008")]],
    ["is none where there is no dump", undefined, []],
    [
      "is none where all were taken within the major",
      undefined,
      [dump(1, "1.1.0", "1.0.0", "002"), dump(2, "1.2.0", "1.1.0", "006")],
    ],
    [
      "is not the one before the next release of the new major",
      0,
      [dump(1, "2.0.0", "1.2.0", "008"), dump(2, "2.0.1", "2.0.0", "010")],
    ],
    [
      "is not the one that is taken right before going back",
      0,
      [dump(1, "2.0.0", "1.2.0", "008"), dump(2, "1.2.0", "2.0.0", "010")],
    ],
    [
      "is the newest of several tries that have migrated nothing",
      1,
      [dump(1, "2.0.0", "1.2.0", "008"), dump(2, "2.0.0", "1.2.0", "008")],
    ],
    [
      "is not a later try that found the schema migrated while the old release still ran",
      0,
      [dump(1, "2.0.0", "1.2.0", "008"), dump(2, "2.0.1", "1.2.0", "010")],
    ],
    [
      "is not a try during which both releases ran, nor one after it",
      0,
      [
        dump(1, "2.0.0", "1.2.0", "008"),
        dump(2, "2.0.0", "1.2.0,2.0.0", "010"),
        dump(3, "2.0.1", "1.2.0", "010"),
      ],
    ],
    [
      "is not one that was taken after a way back that had been given up",
      0,
      [
        dump(1, "2.0.0", "1.2.0", "008"),
        dump(2, "1.2.0", "1.2.0,2.0.0", "010"),
        dump(3, "2.0.1", "1.2.0", "010"),
      ],
    ],
    [
      "is the second one after a restore and another try",
      2,
      [
        dump(1, "2.0.0", "1.2.0", "008"),
        dump(2, "1.2.0", "2.0.0", "010"),
        dump(3, "2.0.0", "1.2.0", "008"),
        dump(4, "2.0.1", "2.0.0", "010"),
      ],
    ],
    [
      "follows the old major's own releases",
      3,
      [
        dump(1, "1.2.0", "1.1.0", "006"),
        dump(2, "2.0.0", "1.2.0", "008"),
        dump(3, "1.3.0", "1.2.0", "008"),
        dump(4, "2.0.0", "1.3.0", "009"),
      ],
    ],
    [
      "is none where only dumps of the new major are left",
      undefined,
      [dump(5, "2.0.1", "2.0.0", "010"), dump(6, "1.2.0", "2.0.1", "011")],
    ],
    [
      "is also the one that was taken before a jump over a major",
      0,
      [dump(1, "3.0.0", "1.2.0", "008")],
    ],
    ["is none where an older major ran", undefined, [dump(1, "2.0.0", "0.9.0", "001")]],
    [
      "is the only one that does not tell what ran",
      0,
      [dump(1, "2.0.0", "", "008"), dump(2, "1.2.0", "", "010")],
    ],
    [
      "is the first of several that do not tell what ran",
      0,
      [dump(1, "2.0.0", "", "008"), dump(2, "2.0.0", "", "008"), dump(3, "2.0.1", "", "010")],
    ],
    [
      "is not a later one that tells what ran on a schema of the new major",
      0,
      [dump(1, "2.0.0", "", "008"), dump(2, "2.0.1", "1.2.0", "010")],
    ],
    [
      "is not the first one before a still newer major, of which nobody tells that it shows the next one's database",
      0,
      [dump(1, "2.0.0", "", "008"), dump(2, "2.0.1", "", "010"), dump(3, "3.0.0", "", "011")],
    ],
    [
      "is the first one before a still newer major if the schema is that of before: the next one was never installed",
      1,
      [dump(1, "2.0.0", "", "008"), dump(2, "3.0.0", "", "008")],
    ],
    [
      "is never of a release that is no version",
      undefined,
      [dump(1, "latest", "1.2.0", "008"), dump(2, "2.0.0", "latest", "008")],
    ],
  ])("%s", (_, expected, dumps) => {
    expect(chosen(dumps)).toBe(expected);
    expect(chosen(dumps.toReversed())).toBe(
      expected === undefined ? undefined : dumps.length - 1 - expected,
    );
  });

  test("of 0.x is one before the next minor, which may break what a major may", () => {
    const dumps = [dump(1, "0.10.0", "0.9.2", "a"), dump(2, "0.10.1", "0.10.0", "b")];
    expect(chosen(dumps, "0.9.2")).toBe(0);
    expect(chosen(dumps, "0.10.0")).toBeUndefined();
  });
});

/** A life of a gateway: what the stack file asks for next, and how far that upgrade gets. */
interface Move {
  readonly release: string;
  readonly reaches: "backup" | "schema" | "mix" | "end";
}

const releases = ["1.2.0", "1.3.0", "2.0.0", "2.0.1"] as const;
const heads: Readonly<Record<string, string>> = {
  "1.2.0": "007",
  "1.3.0": "008",
  "2.0.0": "010",
  "2.0.1": "011",
  "3.0.0": "012",
};
const major = (release: string) => release.split(".")[0];

/** Plays the moves, and yields the dumps with whether the new major had ever touched what each shows. */
function play(moves: readonly Move[]) {
  const dumps: DumpToChoose[] = [];
  const clean = new Map<string, boolean>();
  let running = ["1.2.0"];
  let head = "007";
  let touched = false;
  moves.forEach(({ release, reaches }, index) => {
    const taken = dump(index + 1, release, running.join(","), head);
    dumps.push(taken);
    clean.set(taken.path, !touched && running.every((one) => major(one) === "1"));
    if (reaches === "backup") return;
    const newest = running.toSorted().at(-1) ?? "";
    if (release > newest) {
      if (head < (heads[release] ?? "")) head = heads[release] ?? "";
      touched ||= major(release) !== "1";
    } else if (touched && major(release) === "1") {
      const source = dumpToGoBackTo(dumps, release);
      // A way back across the major restores, or does not happen.
      if (source === undefined) return;
      head = source.schemaHead;
      touched = false;
    }
    if (reaches === "schema") return;
    running = reaches === "end" ? [release] : [...new Set([...running, release])];
  });
  return { dumps, clean };
}

test("whatever happened, the chosen dump was never touched by the new major, and a finished first try has one (S-44)", () => {
  const move = fc.record({
    release: fc.constantFrom(...releases),
    reaches: fc.constantFrom("backup", "schema", "mix", "end"),
  }) as fc.Arbitrary<Move>;
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 9 }), (moves) => {
      const { dumps, clean } = play(moves);
      const found = dumpToGoBackTo(dumps, "1.2.0");
      if (found !== undefined) {
        expect(clean.get(found.path)).toBe(true);
        expect(major(found.release)).toBe("2");
      }
      const first = dumps.find(({ release }) => major(release) === "2");
      if (first !== undefined) expect(found).toBeDefined();
    }),
    { numRuns: 3000 },
  );
});

test("whatever happened, and nobody knows what ever ran: the chosen dump was never touched by a newer major (S-44)", () => {
  const move = fc.record({
    release: fc.constantFrom(...releases, "3.0.0"),
    reaches: fc.constantFrom("backup", "end"),
  }) as fc.Arbitrary<Move>;
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 9 }), (moves) => {
      const { dumps, clean } = play(moves);
      const untold = dumps.map((one) => ({ ...one, running: [] }));
      const found = dumpToGoBackTo(untold, "1.2.0");
      if (found !== undefined) expect(clean.get(found.path)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
