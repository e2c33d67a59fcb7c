import { expect, test } from "vitest";
import { replacedIn } from "../../../components/upgrade/evidence/replaced-instances";

test("what became of each replaced instance is read off what the rollout's step has printed, and no more of it (B-10, B-12)", () => {
  const agent = { instance: "agent-a", seconds: 40, found: 3, atStop: 0, kept: 0, lost: 0, cut: 0 };
  const printed = { ready: { agent: 2 }, replaced: { agent: [{ ...agent, carriesBytes: true }] } };
  expect(replacedIn(JSON.stringify({ ...printed, seconds: 41 }))).toEqual({ agent: [agent] });
});

test("a step that tells of none leaves none", () => {
  expect(replacedIn(JSON.stringify({ ready: { gateway: 2 }, seconds: 4 }))).toEqual({});
  expect(replacedIn(JSON.stringify({ replaced: "of an unknown form" }))).toEqual({});
});
