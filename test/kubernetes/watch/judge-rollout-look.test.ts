import { describe, expect, test } from "vitest";
import type { Since } from "../../../components/kubernetes/watch/problems";
import { judgeRollout } from "../../../components/kubernetes/watch/judge-rollout";
import type { DeploymentView } from "../../../components/kubernetes/watch/rollout-view";
import { deployment, pod, view } from "../../steps/rollout-worlds";

const nothing: Since = new Map();

describe("one look at a rollout", () => {
  const nothingYet = { metadata: { uid: "d" } } as unknown as DeploymentView["deployment"];
  const condition = (type: string, status: string, reason = "SomeReason") =>
    deployment({ readyReplicas: 1, conditions: [{ type, status, reason, message: "in words" }] });
  const look = (of: DeploymentView["deployment"], pods = [pod("a"), pod("b")]) =>
    judgeRollout(view(pods, of), nothing, 0);

  test("at a Deployment of which nothing is filled in yet waits for its one pod", () => {
    const verdict = judgeRollout({ deployment: nothingYet, replicaSets: [], pods: [] }, nothing, 0);
    expect(verdict).toEqual({
      state: "waiting",
      progress: " 0/1 ready (new), 0 old",
      since: new Map(),
    });
  });

  test("waits while an old pod lives, though the counts of the Deployment are whole (S-29)", () => {
    const old = pod("o", {}, { owner: "old" });
    const { state, progress } = look(deployment(), [pod("a"), pod("b"), old]);
    expect([state, progress]).toEqual(["waiting", "gateway 2/2 ready (new), 1 old"]);
  });

  test("waits while fewer pods are ready than the Deployment counts (S-30)", () => {
    expect(look(deployment(), [pod("a")]).state).toBe("waiting");
  });

  test.each(["Succeeded", "Failed"])("counts no old pod that has ended: %s", (phase) => {
    const ended = pod("o", {}, { owner: "old" }, { phase });
    expect(look(deployment(), [pod("a"), pod("b"), ended]).state).toBe("done");
  });

  test("takes a pod for ready by its condition Ready alone, among others (S-30)", () => {
    const conditions = [
      { type: "PodScheduled", status: "True" },
      { type: "Ready", status: "False" },
    ];
    const scheduled = pod("b", {}, {}, { conditions });
    expect(look(deployment(), [pod("a"), scheduled]).progress).toContain("1/2 ready");
    const ready = pod(
      "b",
      {},
      {},
      { conditions: [...conditions, { type: "Ready", status: "True" }] },
    );
    expect(look(deployment(), [pod("a"), ready]).progress).toContain("2/2 ready");
    const silent = pod("b", {}, {}, { conditions: undefined });
    expect(look(deployment(), [pod("a"), silent]).progress).toContain("1/2 ready");
  });

  test("says that a Deployment is paused, and has nothing to say of one that is not", () => {
    expect(look(deployment({ readyReplicas: 1 }, { paused: true })).problem).toEqual({
      key: "paused",
      kind: "stalled",
      text: "gateway is paused (kubectl rollout resume goes on with it)",
      tolerance: 0,
    });
    const plain = look(deployment({ readyReplicas: 1 }));
    expect(plain.state).toBe("waiting");
    expect(plain).not.toHaveProperty("problem");
  });

  test.each([
    ["ReplicaFailure", "True", "gateway may not create its pods: in words"],
    ["ReplicaFailure", "False", undefined],
    ["Available", "True", undefined],
  ])("reads the condition %s %s", (type, status, text) => {
    expect(look(condition(type, status)).problem?.text).toBe(text);
  });

  test.each([
    ["Progressing", "ProgressDeadlineExceeded", "gateway has stalled: in words"],
    ["Progressing", "ReplicaSetUpdated", undefined],
    ["Available", "ProgressDeadlineExceeded", undefined],
  ])("reads the condition %s of %s", (type, why, text) => {
    expect(look(condition(type, "False", why)).problem?.text).toBe(text);
  });
});
