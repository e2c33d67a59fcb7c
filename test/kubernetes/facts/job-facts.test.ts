import { expect, test } from "vitest";
import { jobFacts } from "../../../components/kubernetes/facts/read-cluster-facts";

test("a Job tells when it was started last, to the millisecond like all moments here; one that was never started tells nothing", () => {
  const metadata = { name: "migrate" };
  const facts = { name: "migrate", labels: {}, reason: "" };
  const status = { active: 1, startTime: "2026-05-30T12:00:00Z" };
  expect(jobFacts({ metadata, status })).toEqual({
    ...{ ...facts, state: "active", begunAt: "2026-05-30T12:00:00.000Z" },
  });
  expect(jobFacts({ metadata, spec: { suspend: true, template: {} } })).toEqual({
    ...{ ...facts, state: "suspended" },
  });
});
