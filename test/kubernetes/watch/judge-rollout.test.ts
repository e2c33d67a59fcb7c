import { describe, expect, test } from "vitest";
import type { Since } from "../../../components/kubernetes/watch/problems";
import { judgeRollout } from "../../../components/kubernetes/watch/judge-rollout";
import type { RolloutView } from "../../../components/kubernetes/watch/rollout-view";
import { deployment, pod, view } from "../../steps/rollout-worlds";

const nothing: Since = new Map();
const waiting = (reason: string, message = "") => ({
  state: { waiting: { reason, message } },
  ready: false,
});
const ended = (exitCode: number, reason = "Error") => ({ terminated: { exitCode, reason } });

/** Looks every second at a world that stands still, or that changes by the second: seconds until it is judged to have failed. */
function secondsToFailure(
  world: RolloutView | ((second: number) => RolloutView),
  limits = {},
): number | undefined {
  let since = nothing;
  for (let second = 0; second <= 300; second += 1) {
    const view = typeof world === "function" ? world(second) : world;
    const verdict = judgeRollout(view, since, second * 1000, limits);
    if (verdict.state === "failed") return second;
    since = verdict.since;
  }
  return undefined;
}

const reason = (world: RolloutView) =>
  judgeRollout(world, nothing, 0).problem?.text ?? "no reason given";

describe("a rollout is done", () => {
  test("when the newest spec is seen, every pod is of it, ready and available (S-28, S-29, S-30)", () => {
    const verdict = judgeRollout(view([pod("a"), pod("b")]), nothing, 0);
    expect(verdict).toMatchObject({ state: "done", progress: "gateway 2/2 ready (new), 0 old" });
  });

  test("when old pods are left that are ending already", () => {
    const old = pod("o", {}, { owner: "old", ending: true });
    expect(judgeRollout(view([pod("a"), pod("b"), old]), nothing, 0).state).toBe("done");
  });

  test("when no replica is wanted and none runs", () => {
    const none = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
    expect(judgeRollout(view([], deployment(none, { replicas: 0 })), nothing, 0).state).toBe(
      "done",
    );
  });
});

describe("a rollout waits", () => {
  test.each([
    ["the controller has not seen the newest spec", deployment({ observedGeneration: 2 })],
    ["a pod is not updated", deployment({ updatedReplicas: 1 })],
    ["a pod is not ready", deployment({ readyReplicas: 1 })],
    ["a pod is ready but not available yet", deployment({ availableReplicas: 1 })],
    ["a pod too many is left", deployment({ replicas: 3 })],
  ])("while %s (S-28)", (_, of) => {
    expect(judgeRollout(view([pod("a"), pod("b")], of), nothing, 0).state).toBe("waiting");
  });

  test("while an old pod runs on, and tells how far it is", () => {
    const old = [pod("o", {}, { owner: "old" }), pod("p", {}, { owner: "old" })];
    const world = view([pod("a"), pod("b", {}, { ready: false }), ...old]);
    expect(judgeRollout(world, nothing, 0)).toMatchObject({
      state: "waiting",
      progress: "gateway 1/2 ready (new), 2 old",
    });
  });

  test("while an old pod crashes: that is what the upgrade replaces", () => {
    const old = pod(
      "o",
      { ...waiting("CrashLoopBackOff"), restartCount: 9, lastState: ended(1) },
      {
        owner: "old",
        ready: false,
      },
    );
    const world = view([pod("a"), pod("b"), old]);
    expect(secondsToFailure(world)).toBeUndefined();
  });

  test("after one crash: the second start may work", () => {
    const world = view([pod("a"), pod("b", { ready: false, state: ended(1) }, { ready: false })]);
    expect(secondsToFailure(world)).toBeUndefined();
  });
});

const unhealthy = (state: object, status = {}) =>
  view(
    [pod("a", state, { ready: false }, status)],
    deployment({ updatedReplicas: 1, readyReplicas: 0, availableReplicas: 0 }),
  );

const unschedulable = unhealthy(
  {},
  {
    phase: "Pending",
    containerStatuses: [],
    conditions: [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message: "0/1 nodes are available: 1 Insufficient memory.",
      },
    ],
  },
);

const condition = (type: string, status: string, reason: string, message: string) =>
  view([], deployment({ readyReplicas: 0, conditions: [{ type, status, reason, message }] }));

describe("a rollout fails soon", () => {
  test.each([
    [0, "InvalidImageName", unhealthy(waiting("InvalidImageName", "invalid reference"))],
    [0, "not found", unhealthy(waiting("ErrImagePull", "ghcr.io/mnemom/gateway:9: not found"))],
    [12, "i/o timeout", unhealthy(waiting("ErrImagePull", "dial tcp: i/o timeout"))],
    [5, "SUPABASE_KEY", unhealthy(waiting("CreateContainerConfigError", "no key SUPABASE_KEY"))],
    [
      0,
      "exit code 1, 2 times",
      unhealthy({ ...waiting("CrashLoopBackOff"), restartCount: 1, lastState: ended(1) }),
    ],
    [
      0,
      "OOMKilled, limit 512Mi",
      unhealthy({
        ...waiting("CrashLoopBackOff"),
        restartCount: 1,
        lastState: ended(137, "OOMKilled"),
      }),
    ],
    [
      0,
      "exit code 0 (Completed), 2 times",
      unhealthy({ ready: false, restartCount: 2, lastState: ended(0, "Completed") }),
    ],
    [10, "Insufficient memory", unschedulable],
    [
      8,
      "exceeded quota",
      condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: few"),
    ],
    [0, "stalled", condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out")],
  ])("within %i s, and says: %s", (seconds, text, world) => {
    expect(secondsToFailure(world)).toBe(seconds);
    expect(reason(world)).toContain(text);
  });

  test("when a pull fails on and on, whatever the kubelet calls it meanwhile", () => {
    const calls = ["ErrImagePull", "ImagePullBackOff"];
    const at = (second: number) => unhealthy(waiting(calls[second % 2] ?? "", "timeout"));
    expect(secondsToFailure(at)).toBe(12);
  });

  test("when it runs and is never ready: after what its own probe allows, or sooner if asked (S-15, T-09)", () => {
    const world = unhealthy({ ready: false });
    expect(secondsToFailure(world)).toBe(45);
    expect(secondsToFailure(world, { ready: 20 })).toBe(20);
  });

  test("when it runs and never starts: after what its startup probe allows (T-01)", () => {
    expect(secondsToFailure(unhealthy({ ready: false, started: false }))).toBe(165);
  });
});

test("a pod that fits nowhere may wait longer where nodes are added on demand", () => {
  expect(secondsToFailure(unschedulable, { unschedulable: 120 })).toBe(120);
});

test("a pod that is ready again is forgiven its restarts: the verification counts them", () => {
  const world = view([pod("a", { restartCount: 5, lastState: ended(1) }), pod("b")]);
  expect(judgeRollout(world, nothing, 0).state).toBe("done");
});

test("trouble that blinks is not forgotten: between two failed pulls a pod looks innocent", () => {
  const at = (second: number) =>
    second % 4 === 1 ? unhealthy({ ready: false }) : unhealthy(waiting("ErrImagePull", "timeout"));
  expect(secondsToFailure(at)).toBe(12);
});

test("trouble that passes is forgotten", () => {
  const troubled = (second: number) => second < 10 || (second > 20 && second < 30);
  const at = (second: number) =>
    troubled(second) ? unhealthy(waiting("ErrImagePull", "timeout")) : view([pod("a"), pod("b")]);
  expect(secondsToFailure(at)).toBeUndefined();
});
