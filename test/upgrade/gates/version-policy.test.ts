import { expect, test } from "vitest";
import { versionPolicy } from "../../../components/upgrade/gates/version-policy";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.version";

test.each([
  ["a first install passes", undefined, "1.1.0", "pass", "first install"],
  ["no change passes", "1.1.0", "1.1.0", "pass", "no change"],
  ["S-45: a patch passes", "1.1.0", "1.1.1", "pass", "patch, 1.1.0 to 1.1.1"],
  [
    "S-46: a minor passes, of its notes the gate notes speaks",
    "1.1.0",
    "1.2.0",
    "pass",
    "minor, 1.1.0 to 1.2.0",
  ],
  ["S-47: a major is refused", "1.9.0", "2.0.0", "block", "major, 1.9.0 to 2.0.0"],
  ["S-47: a minor of 0.x is refused", "0.9.0", "0.10.0", "block", "major, 0.9.0 to 0.10.0"],
  [
    "S-48: a rollback within a major passes",
    "1.2.0",
    "1.1.0",
    "pass",
    "rollback within a major, 1.2.0 to 1.1.0: no restore needed",
  ],
  [
    "S-48: of a rollback across a major the gate restore speaks",
    "2.0.0",
    "1.9.0",
    "pass",
    "rollback across a major, 2.0.0 to 1.9.0",
  ],
])("%s", (_, from, to, verdict, found) => {
  expect(spoken(versionPolicy({ plan: step(from, to), at }))).toEqual([
    `${verdict} ${at}: ${found}`,
  ]);
});

test("S-47: a major with a consent for it warns with its reason; a consent for another release opens nothing", () => {
  const plan = step("1.9.0", "2.0.0");
  const consent = { release: "2.0.0", reason: "agreed for tonight" };
  expect(spoken(versionPolicy({ plan, at, consent }))).toEqual([
    `warn ${at}: major, 1.9.0 to 2.0.0, with the operator's consent: agreed for tonight`,
  ]);
  expect(spoken(versionPolicy({ plan, at, consent: { ...consent, release: "2.0.1" } }))).toEqual([
    `block ${at}: major, 1.9.0 to 2.0.0, and a consent for 2.0.1`,
  ]);
});

test("S-47: a refused major says what to write to let it through", () => {
  const [finding] = versionPolicy({ plan: step("1.9.0", "2.0.0"), at });
  expect(finding?.fix).toContain('consents.major to { release: "2.0.0"');
});

test("a prerelease warns, and build metadata, which no image tag can hold, is refused", () => {
  expect(spoken(versionPolicy({ plan: step("1.1.0", "1.1.1-rc.1"), at }))).toEqual([
    `pass ${at}: patch, 1.1.0 to 1.1.1-rc.1`,
    `warn ${at}: 1.1.1-rc.1, a prerelease`,
  ]);
  expect(spoken(versionPolicy({ plan: step("1.1.0", "1.1.1+b2"), at }))).toEqual([
    `pass ${at}: patch, 1.1.0 to 1.1.1+b2`,
    `block ${at}: 1.1.1+b2, with build metadata`,
  ]);
});
