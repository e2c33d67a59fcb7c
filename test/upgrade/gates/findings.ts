import { expect } from "vitest";
import type { Finding } from "../../../components/upgrade/finding";
import { planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";

/**
 * What the findings say, one `verdict at: found` each, after checking what holds for all of them: one gate speaks, every place and
 * find is named, and whoever objects says what was expected and what to do.
 */
export function spoken(findings: readonly Finding[]): readonly string[] {
  expect(new Set(findings.map(({ gate }) => gate)).size).toBeLessThanOrEqual(1);
  for (const { gate, verdict, at, found, expected, fix } of findings) {
    expect(gate).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [at, found]) expect(text).toMatch(/^\S.*\S$/);
    if (verdict === "pass") expect([expected, fix]).toEqual(["", ""]);
    else for (const text of [expected, fix]) expect(text).toMatch(/^[^.\s].*[^.\s]$/);
  }
  return findings.map(({ verdict, at, found }) => `${verdict} ${at}: ${found}`);
}

/** A finished plan from one release to another. */
export const step = (from: string | undefined, wanted: string): Plan =>
  planUpgrade({ wanted, verified: from, running: from === undefined ? [] : [from] });

/** A way back within a major, which leaves the database alone. */
export const programsBack: Plan = planUpgrade({
  wanted: "1.0.0",
  verified: "1.1.0",
  running: ["1.1.0"],
  schema: { schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" },
});

/** A dump that was taken before the upgrade from 1.9.0 to 2.0.0. */
export const dump = {
  file: "before-2.0.0.dump.zst",
  release: "2.0.0",
  running: ["1.9.0"],
  takenAt: "2026-01-02T03:04:05.000Z",
  rows: 14,
  schemaHead: "008.sql",
};
