import { describe, expect, test } from "vitest";
import {
  knowsMajor,
  lastSeen,
  needsNoDatabase,
  type MajorQuestion,
} from "../../../components/upgrade/plan/came-back";
import { describePlan } from "../../../components/upgrade/plan/describe-plan";
import { evidenceSchema } from "../../../components/upgrade/evidence/evidence";
import { isSettled, planUpgrade, type PlanArgs } from "../../../components/upgrade/plan/plan";
import { observed, unavailable } from "../../../components/upgrade/observation";
import type { DumpFacts } from "../../../components/upgrade/plan/restore-need";

const dump = (release: string, takenAt: string): DumpFacts => ({
  file: `before-${release}`,
  release,
  running: ["1.1.0"],
  takenAt,
  rows: 1,
  schemaHead: "004.sql",
});
const dumps = (...all: readonly DumpFacts[]) =>
  observed({ dumps: all, candidate: undefined, risk: undefined });
const verifiedAt = "2026-05-30T12:00:00Z";
/** 1.1.0 was verified and runs, 1.0.0 is wanted, and the database does not answer. */
const sick: MajorQuestion = {
  wanted: "1.0.0",
  verified: { version: "1.1.0", verifiedAt },
  running: ["1.1.0"],
  migrated: ["1.1.0"],
  migrations: unavailable("connection refused"),
  restore: dumps(dump("1.1.0", "2026-05-29T12:00:00Z")),
};

describe("the schema is known to be of the wanted major (S-48)", () => {
  test.each<[string, Partial<MajorQuestion>]>([
    [
      "where the database says so, whatever else is unknown",
      { migrations: observed([]), verified: undefined },
    ],
    ["where it does not answer, and all else that is known is of that major", {}],
    ["where the dumps cannot be listed either", { restore: unavailable("no such folder") }],
    [
      "where a dump before a newer major is older than the evidence",
      { restore: dumps(dump("2.0.0", "2026-05-01T12:00:00Z")) },
    ],
    [
      "where a dump before another release of that major is newer than the evidence",
      { restore: dumps(dump("1.2.0", "2026-05-31T12:00:00Z")) },
    ],
    ["where an older major's Job was left behind", { migrated: ["0.9.0"] }],
    ["where a migration of that major has begun since", { begunSince: ["1.0.1"] }],
  ])("%s", (_, change) => {
    expect(knowsMajor({ ...sick, ...change })).toBe(true);
  });

  test.each<[string, Partial<MajorQuestion>]>([
    ["nothing was verified here", { verified: undefined }],
    [
      "a release of another major was verified last",
      { verified: { version: "2.0.0", verifiedAt } },
    ],
    ["a release of another major runs", { running: ["1.1.0", "2.0.0"] }],
    ["an image runs that is no version", { running: ["latest"] }],
    ["a Job of a newer major is in the cluster", { migrated: ["2.0.0"] }],
    ["a Job is in the cluster that names no version", { migrated: ["latest"] }],
    [
      "a dump was taken before a newer major since",
      { restore: dumps(dump("2.0.0", "2026-05-31T12:00:00Z")) },
    ],
    [
      "a dump was taken before a way down to an older major since, which a restore may have followed",
      { restore: dumps(dump("0.9.0", "2026-05-31T12:00:00Z")) },
    ],
    [
      "a Job of a way down to an older release has begun since",
      { migrated: ["0.9.0"], begunSince: ["0.9.0"] },
    ],
    [
      "it was taken before a verification that could not read the schema itself",
      {
        verified: {
          version: "1.0.0",
          verifiedAt: "2026-06-02T12:00:00Z",
          schemaSeenAt: verifiedAt,
        },
        restore: dumps(dump("2.0.0", "2026-05-31T12:00:00Z")),
      },
    ],
  ])("but not where the database does not answer and %s (law 7)", (_, change) => {
    expect(knowsMajor({ ...sick, ...change })).toBe(false);
  });
});

test("the schema is told as of the last time that it was read, which a verification may have left out", () => {
  const evidence = { schemaHead: "004.sql", verifiedAt: "2026-06-02T12:00:00Z" };
  expect(lastSeen(evidence)).toEqual({ schemaHead: "004.sql", seenAt: "2026-06-02T12:00:00Z" });
  expect(lastSeen({ ...evidence, schemaSeenAt: verifiedAt })).toEqual({
    schemaHead: "004.sql",
    seenAt: verifiedAt,
  });
});

describe("a way back within a major", () => {
  const schema = { schemaHead: "004.sql", seenAt: verifiedAt };
  const back: PlanArgs = { wanted: "1.0.0", verified: "1.1.0", running: ["1.1.0"], schema };
  const cameBack = { from: "1.1.0", ...schema };

  test("leaves the database alone, and says so in the preview (S-48)", () => {
    const plan = planUpgrade(back);
    expect(plan.cameBack).toEqual(cameBack);
    expect(needsNoDatabase(plan)).toBe(true);
    expect(describePlan(plan)).toContain(
      "It waits for no dump and needs nothing from the database; its schema was at 004.sql on 2026-05-30T12:00:00Z.",
    );
  });

  test("that was cut off half way is the same one again (law 2)", () => {
    expect(planUpgrade({ ...back, running: ["1.0.0"] }).cameBack).toEqual(cameBack);
    expect(planUpgrade({ ...back, running: ["1.0.0", "1.1.0"] }).cameBack).toEqual(cameBack);
  });

  test("stays in the evidence of its release, so that a later run tells the steps the same (law 1)", () => {
    const settled = planUpgrade({ ...back, verified: "1.0.0", running: ["1.0.0"], cameBack });
    expect(settled.cameBack).toEqual(cameBack);
    expect(isSettled(settled)).toBe(true);
    expect(needsNoDatabase(settled)).toBe(false);
    const evidence = {
      version: "1.0.0",
      digests: {},
      configHash: "hash",
      schemaHead: "004.sql",
      schemaSeenAt: verifiedAt,
      cameBack,
      verifiedAt,
      probes: { sent: 1, failed: 0 },
      restarts: 0,
    };
    expect(evidenceSchema.parse(evidence)).toEqual(evidence);
  });

  test.each<[string, Partial<PlanArgs>]>([
    ["the next upgrade", { wanted: "1.2.0", verified: "1.0.0", running: ["1.0.0"], cameBack }],
    ["a schema whose origin is in doubt", { doubt: { head: "009.sql", reason: "unknown" } }],
    ["a schema that is not known to be of the major", { schema: undefined }],
    ["a rollback across a major", { verified: "2.0.0", running: ["2.0.0"] }],
  ])("is not taken for what it is not: %s", (_, change) => {
    const plan = planUpgrade({ ...back, ...change });
    expect(plan.cameBack).toBeUndefined();
    expect(needsNoDatabase(plan)).toBe(false);
  });
});
