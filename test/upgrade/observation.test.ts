import { expect, test } from "vitest";
import { redactor } from "../../components/upgrade/redact";
import { hideIn } from "../../components/upgrade/finding";
import { hideReason, observe, observed } from "../../components/upgrade/observation";

const hide = redactor(["hunter2"]);

test("the reason why a look failed is told without the secrets in it (law 6)", async () => {
  const failed = await observe(() => Promise.reject(new Error("no login with hunter2")));
  expect(hideReason(hide)(failed)).toEqual({ observed: false, reason: "no login with ***" });
  expect(hideReason(hide)(observed("hunter2"))).toEqual(observed("hunter2"));
});

test("a finding is told without the secrets in it, at the place where it was found (law 6)", () => {
  const finding = {
    gate: "cluster-health",
    verdict: "warn",
    at: "gateways:smoltbot",
    found: "container ended: no login with hunter2",
    expected: "a login with hunter2",
    fix: "set hunter2",
  } as const;
  expect(hideIn(hide)(finding)).toEqual({
    ...finding,
    found: "container ended: no login with ***",
    expected: "a login with ***",
    fix: "set ***",
  });
});
