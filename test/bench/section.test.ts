import { expect, test } from "vitest";
import type { Measure } from "./measure";
import { putSection, section } from "./section";

const measure: Measure = {
  name: "preview",
  title: "Preview",
  about: "One against the other.",
  run: () => Promise.resolve({ comparisons: [], facts: [] }),
};
const report = "# Benchmarks\n\nWords.\n\n## Preview\n\nold\n\n### more\n\n## Backup\n\nkept\n";

test("A section tells the ratio and the difference of the medians before anything else", () => {
  const comparison = { title: "no change", ours: [3, 4, 2], other: [2, 2, 2] };
  const text = section(measure, { comparisons: [comparison], facts: ["A fact."] }, ["Made here."]);
  expect(text).toContain("| no change | 1.50             | +1.00 s    | 3.00 s       | 2.00 s ");
  expect(text).toMatch(/- A fact\.\n- Made here\.$/);
});

test("A program that is quicker has a negative difference", () => {
  const comparison = { title: "backup", ours: [1], other: [4] };
  const text = section(measure, { comparisons: [comparison], facts: [] }, []);
  expect(text).toContain("| 0.25             | -3.00 s ");
});

test("A section that is measured again takes the place of the old one, and the others stay", () => {
  expect(putSection(report, "## Preview\n\nnew")).toBe(
    "# Benchmarks\n\nWords.\n\n## Preview\n\nnew\n\n## Backup\n\nkept\n",
  );
});

test("A section that is measured first comes last", () => {
  expect(putSection(report, "## Upgrade\n\nnew")).toMatch(/kept\n\n## Upgrade\n\nnew\n$/);
});

test("Work that nothing else does has its seconds and no ratio", () => {
  const text = section(measure, { comparisons: [{ title: "notice", ours: [2] }], facts: [] }, []);
  expect(text).not.toContain("ratio");
  expect(text).not.toContain("compared with");
  expect(text).toContain("| notice: this program | 2.00   | 2.00 | 2.00 | 2.00 | 1    |");
});
