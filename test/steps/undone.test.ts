import { expect, test } from "vitest";
import { describeUndone } from "../../components/steps/undone";

test("what was put back behind a failed step is said with what an earlier step keeps stopped (T-26)", () => {
  expect(describeUndone({ undone: [], left: [] }, "restore")).toBe("nothing was changed");
  expect(
    describeUndone({ undone: ["scaled api to 2 replicas"], left: ["proxy"] }, "way down"),
  ).toBe(
    "undone: scaled api to 2 replicas; left proxy stopped, whose rollout after an earlier way down is still due",
  );
});
