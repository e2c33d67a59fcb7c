import fc from "fast-check";
import { expect, test } from "vitest";
import { gate, type Finding, type Verdict } from "../../components/upgrade/finding";
import { downgradeToWarnings } from "../../components/upgrade/downgrade-to-warnings";
import { judge, report } from "../../components/upgrade/verdict";

const objection = { at: "a", found: "b", expected: "c", fix: "d" };
const { pass, warn, block, unknown } = gate("one");
const all = [pass({ at: "a", found: "b" }), warn(objection), unknown(objection), block(objection)];
const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

test("a preview goes on without having looked, an up does not (law 3)", () => {
  expect(verdicts(judge(all, { phase: "preview" }))).toEqual(["block"]);
  expect(verdicts(judge(all, { phase: "up" }))).toEqual(["block", "unknown"]);
});

test("nothing stops where every gate passes or warns", () => {
  expect(judge(all.slice(0, 2), { phase: "up" })).toEqual([]);
});

test("a report names the gravest first, one line each, and sums up the passes", () => {
  const more = gate("other").pass({ at: "x", found: "y" });
  expect(report([...all, more])).toBe(
    [
      "BLOCK one at a: found b; expected c. Fix: d.",
      "UNKNOWN one at a: found b; expected c. Fix: d.",
      "WARN one at a: found b; expected c. Fix: d.",
      "PASS 2 checks: one, other",
    ].join("\n"),
  );
});

test("a find of several lines is told in one", () => {
  expect(report([block({ ...objection, found: "b\n  and more\n" })])).toBe(
    "BLOCK one at a: found b and more ; expected c. Fix: d.",
  );
});

test("no findings make an empty report", () => {
  expect(report([])).toBe("");
});

test("a softened finding never stops, and keeps its words", () => {
  expect(judge(downgradeToWarnings(all), { phase: "up" })).toEqual([]);
  expect(downgradeToWarnings(all).map(({ found }) => found)).toEqual(all.map(({ found }) => found));
  expect(verdicts(downgradeToWarnings(all))).toEqual(["pass", "warn", "warn", "warn"]);
});

test("a block that stands is not softened: it stops a run that changes nothing, too", () => {
  const stands = block({ ...objection, stands: true });
  expect(downgradeToWarnings([stands])).toEqual([stands]);
});

test("the order in which gates answer changes neither the report nor the verdict", () => {
  const text = fc.constantFrom("a", "b", "c d");
  const finding: fc.Arbitrary<Finding> = fc.record({
    gate: fc.constantFrom("one", "two"),
    verdict: fc.constantFrom<Verdict>("pass", "warn", "block", "unknown"),
    at: text,
    found: text,
    expected: text,
    fix: text,
  });
  fc.assert(
    fc.property(fc.array(finding), (findings) => {
      const turned = [...findings].reverse();
      expect(report(turned)).toBe(report(findings));
      expect(judge(turned, { phase: "up" })).toEqual(judge(findings, { phase: "up" }));
    }),
  );
});
