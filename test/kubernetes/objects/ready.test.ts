import { expect, test } from "vitest";
import { hasBeenReady } from "../../../components/kubernetes/objects/ready";

const TAKEN = "2026-11-28T10:00:00Z";
const pod = (status: string, since: string, startTime: string | undefined = TAKEN) => ({
  status: {
    startTime,
    conditions: [{ type: "Ready", status, lastTransitionTime: since }],
  },
});

test.each([
  ["is ready", pod("True", "2026-11-28T10:00:07Z"), true],
  ["is not ready any more", pod("False", "2026-11-28T10:05:00Z"), true],
  ["is not ready since a kubelet has taken it up", pod("False", TAKEN), false],
  ["is so by a clock of whole seconds", pod("False", "2026-11-28T10:00:01Z"), false],
  ["was taken up by no kubelet", { status: { conditions: [] } }, false],
  ["says nothing", {}, false],
])("a pod that %s has been ready: %#", (_, seen, was) => {
  expect(hasBeenReady(seen)).toBe(was);
});
