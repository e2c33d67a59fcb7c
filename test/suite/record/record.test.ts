import { expect, test } from "vitest";
import type { FileReport } from "../report";
import { mergeDurations } from "./merge-durations";
import { partTimes, shortName } from "./parts";
import { timesSection } from "./times-section";

const file = (name: string, project: string, seconds: number, endedAt: number): FileReport => ({
  ...{ file: name, project, seconds, endedAt: endedAt * 1000 },
  ...{ ok: true, passed: 2, failed: 0, broken: 0, failures: [] },
});
const files = [
  file("test/plan.test.ts", "unit", 1, 5),
  file("test/e2e/upgrade.lab.test.ts", "lab", 100, 110),
  file("test/e2e/major.lab.test.ts", "lab", 60, 80),
  file("test/lab/plugins/command.conformance.lab.test.ts", "lab", 30, 120),
  file("test/lab/lab.alone.lab.test.ts", "alone", 10, 140),
];

test("the parts add up their files, and the wall time of files side by side is from the first start to the last end", () => {
  expect(partTimes(files)).toEqual([
    { part: "unit", files: 1, tests: 2, wall: 1, sum: 1 },
    { part: "lab", files: 2, tests: 4, wall: 100, sum: 160 },
    { part: "conformance", files: 1, tests: 2, wall: 30, sum: 30 },
    { part: "alone", files: 1, tests: 2, wall: 10, sum: 10 },
  ]);
});

test.each([
  ["test/e2e/upgrade.lab.test.ts", "upgrade"],
  ["test/e2e/traffic-verdict.alone.lab.test.ts", "traffic-verdict"],
  ["test/bamf/sessions/roll.processes.lab.test.ts", "roll"],
  ["test/upgrade/plan/plan.test.ts", "plan"],
])("%s is called %s", (path, name) => {
  expect(shortName(path)).toBe(name);
});

test("files that a run leaves out keep their seconds, and files that are gone lose theirs", () => {
  const known = { "a.test.ts": 1, "b.test.ts": 2, "gone.test.ts": 3 };
  const measured = [{ file: "b.test.ts", seconds: 4.26 }];
  expect(mergeDurations(known, measured, ["a.test.ts", "b.test.ts", "new.test.ts"])).toEqual({
    "a.test.ts": 1,
    "b.test.ts": 4.3,
  });
});

test("the section tells the whole time and that of parts and files, each beside what it was", () => {
  const before = {
    date: "2026-11-25",
    minutes: { "busy machine": 85, "quiet machine": 52 },
    parts: { lab: { files: 45, sum: 4893 } },
    files: { upgrade: 224 },
  };
  const run = { files, seconds: 150, lanes: 2, expectations: 7, facts: ["A fact."] };
  const text = timesSection(run, before);
  expect(text).toContain("took 2.5 min with 2 lanes");
  expect(text).toContain("on 2026-11-25 it took 85 min on a busy machine and 52 min on a quiet");
  expect(text).toContain("10 tests in 5 files; `expect(` stands in the test files 7 times");
  expect(text).toMatch(/\| lab +\| 2 +\| 4 +\| 100 s \| 160 s \| 4893 s in 45 files \|/);
  expect(text).toMatch(/\| test\/e2e\/upgrade\.lab\.test\.ts +\| 100 \| 224 +\|/);
  expect(text).toMatch(/\| 1 others together +\| 1 +\| +\|/);
  expect(text).toMatch(/\n- A fact\.$/);
});
