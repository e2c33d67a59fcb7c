import { expect, test } from "vitest";
import type { Evidence } from "../../../components/upgrade/evidence";
import {
  stagingEvidence,
  type StagingArgs,
} from "../../../components/upgrade/gates/staging-evidence";
import { seen, unseen } from "../../../components/upgrade/look";
import { planUpgrade } from "../../../components/upgrade/plan";
import { spoken, step } from "./findings";

const at = "stack staging";
const evidence: Evidence = {
  version: "1.2.0",
  digests: {},
  configHash: "",
  schemaHead: "",
  verifiedAt: "2026-06-01T00:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
};
const say = (change: Partial<StagingArgs> = {}) =>
  spoken(
    stagingEvidence({
      plan: step("1.1.0", "1.2.0"),
      staging: seen(evidence),
      at,
      now: Date.parse("2026-06-02T00:00:00Z"),
      soakHours: 24,
      ...change,
    }),
  );
const refusal = `block ${at}: evidence of 1.1.0 only`;
const older = seen({ ...evidence, version: "1.1.0" });

test("S-08: the same release, verified and soaked to the minute, passes", () => {
  expect(say()).toEqual([`pass ${at}: 1.2.0 verified at 2026-06-01T00:00:00Z, soaked 24 h`]);
});

test("S-08: a stack that follows none is not asked", () => {
  expect(say({ staging: undefined })).toEqual([]);
});

test.each<[string, Partial<StagingArgs>, string]>([
  ["no evidence", { staging: seen(undefined) }, "no evidence"],
  ["evidence of another release", { staging: older }, "evidence of 1.1.0 only"],
  [
    "a soak that goes on",
    { soakHours: 25 },
    "1.2.0 verified at 2026-06-01T00:00:00Z, soak ends at 2026-06-02T01:00:00.000Z",
  ],
  [
    "a probe that failed",
    { staging: seen({ ...evidence, probes: { sent: 20, failed: 1 } }) },
    "1 of 20 probes of 1.2.0 failed",
  ],
  [
    "no probe at all",
    { staging: seen({ ...evidence, probes: { sent: 0, failed: 0 } }) },
    "0 of 0 probes of 1.2.0 failed",
  ],
  [
    "a time that is none",
    { staging: seen({ ...evidence, verifiedAt: "yesterday" }) },
    "1.2.0 verified at yesterday",
  ],
])("S-08: %s is refused", (_, change, found) => {
  expect(say(change)).toEqual([`block ${at}: ${found}`]);
});

test("S-08: evidence that could not be read is unknown, with the reason", () => {
  expect(say({ staging: unseen("stack staging has no outputs") })).toEqual([
    `unknown ${at}: no look at its evidence: stack staging has no outputs`,
  ]);
});

test("S-08: a consent for this release turns the refusal into a warning that names the reason", () => {
  const breakGlass = { release: "1.2.0", reason: "a leak has to be closed" };
  expect(say({ staging: older, breakGlass })).toEqual([
    `warn ${at}: evidence of 1.1.0 only; let through for 1.2.0 because: a leak has to be closed`,
  ]);
  expect(say({ staging: unseen("it is away"), breakGlass })).toEqual([
    `warn ${at}: no look at its evidence: it is away; let through for 1.2.0 because: a leak has to be closed`,
  ]);
});

test("S-08: a consent that nothing needs changes nothing", () => {
  expect(say({ breakGlass: { release: "1.2.0", reason: "to be safe" } })).toEqual(say());
});

test("S-08: a consent for another release opens nothing, and is told", () => {
  expect(say({ staging: older, breakGlass: { release: "1.1.9", reason: "then" } })).toEqual([
    refusal,
    `warn ${at}: a break-glass consent for 1.1.9`,
  ]);
});

test("S-08, S-41: going back waits for no stack; what is missing is told", () => {
  const plan = step("1.3.0", "1.2.0");
  const consent = { release: "1.3.0", reason: "then" };
  expect(say({ plan, staging: older })).toEqual([`warn ${at}: evidence of 1.1.0 only`]);
  expect(say({ plan, staging: older, breakGlass: consent })).toEqual([
    `warn ${at}: evidence of 1.1.0 only`,
    `warn ${at}: a break-glass consent for 1.3.0`,
  ]);
});

test.each([
  [true, "1.0.0", "warn"],
  [true, "1.1.0", "block"],
  [false, "1.0.0", "block"],
])(
  "S-08: with adopt %s and %s running, 1.0.0 without evidence gets a %s: only what runs already is let in",
  (adopt, running, verdict) => {
    const plan = planUpgrade({ wanted: "1.0.0", running: adopt ? [running] : [] });
    const found = running === "1.0.0" ? plan : step("1.1.0", "1.2.0");
    expect(say({ plan: found, adopt, staging: older })).toEqual([
      `${verdict} ${at}: evidence of 1.1.0 only`,
    ]);
  },
);
