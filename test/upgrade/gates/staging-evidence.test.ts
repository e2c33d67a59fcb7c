import { expect, test } from "vitest";
import {
  stagingEvidence,
  type StagingArgs,
} from "../../../components/upgrade/gates/staging-evidence";
import { evidenceSchema, type Evidence } from "../../../components/upgrade/evidence/evidence";
import type { WantedRelease } from "../../../components/upgrade/evidence/compare-evidence";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "./findings";

const at = "stack staging";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const GATEWAY = "ghcr.io/mnemom/gateway:1.2.0";
const MIGRATE = "ghcr.io/mnemom/migrate:v1.2.0";
const evidence: Evidence = {
  version: "1.2.0",
  digests: { "smoltbot-mnemom-gateway-gateway": digest("a") },
  images: { [GATEWAY]: digest("a"), [MIGRATE]: digest("b") },
  chart: { name: "mnemom-gateway", version: "0.1.0" },
  settings: ["smoltbotSecrets.SUPABASE_KEY", "values.config.LOG_LEVEL"],
  configHash: "",
  schemaHead: "",
  verifiedAt: "2026-06-01T00:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
};
const has = (...letters: readonly string[]) =>
  observed({ exists: true, digests: letters.map(digest) });
const wanted: WantedRelease = {
  images: { [GATEWAY]: has("a"), [MIGRATE]: has("b") },
  chart: { name: "mnemom-gateway", version: "0.1.0" },
  settings: ["smoltbotSecrets.SUPABASE_KEY", "values.config.LOG_LEVEL"],
};
const ask = (change: Partial<StagingArgs> = {}) =>
  stagingEvidence({
    plan: step("1.1.0", "1.2.0"),
    staging: observed(evidence),
    at,
    now: Date.parse("2026-06-02T00:00:00Z"),
    soakHours: 24,
    wanted,
    mustMatch: ["images"],
    ...change,
  });
const say = (change: Partial<StagingArgs> = {}) => spoken(ask(change));
const SOAKED = "1.2.0 verified at 2026-06-01T00:00:00Z, soaked 24 h";
const PASSES = `${SOAKED}; the same here: 2 images, chart mnemom-gateway 0.1.0, 2 settings`;
const refusal = `block ${at}: evidence of 1.1.0 only`;
const older = observed({ ...evidence, version: "1.1.0" });

test("S-08: the same release, verified and soaked to the minute, passes", () => {
  expect(say()).toEqual([`pass ${at}: ${PASSES}`]);
});

test("S-08: a stack that follows none is not asked", () => {
  expect(say({ staging: undefined })).toEqual([]);
});

test.each<[string, Partial<StagingArgs>, string]>([
  ["no evidence", { staging: observed(undefined) }, "no evidence"],
  ["evidence of another release", { staging: older }, "evidence of 1.1.0 only"],
  [
    "a soak that goes on",
    { soakHours: 25 },
    "1.2.0 verified at 2026-06-01T00:00:00Z, soak ends at 2026-06-02T01:00:00.000Z",
  ],
  [
    "a probe that failed",
    { staging: observed({ ...evidence, probes: { sent: 20, failed: 1 } }) },
    "1 of 20 probes of 1.2.0 failed",
  ],
  [
    "no probe at all",
    { staging: observed({ ...evidence, probes: { sent: 0, failed: 0 } }) },
    "0 of 0 probes of 1.2.0 failed",
  ],
  [
    "a time that is none",
    { staging: observed({ ...evidence, verifiedAt: "yesterday" }) },
    "1.2.0 verified at yesterday",
  ],
])("S-08: %s is refused", (_, change, found) => {
  expect(say(change)).toEqual([`block ${at}: ${found}`]);
});

test("S-08: evidence that could not be read is unknown, with the reason", () => {
  expect(say({ staging: unavailable("stack staging has no outputs") })).toEqual([
    `unknown ${at}: no look at its evidence: stack staging has no outputs`,
  ]);
});

test("S-08: a stack that was renamed is to be named anew, and nothing is let in before", () => {
  const [finding] = ask({ staging: unavailable("there is no stack staging on this backend") });
  expect(finding).toMatchObject({ verdict: "unknown" });
  expect(finding?.fix).toContain("if it was renamed, name it in gateways:promotion.from");
});

test("S-08: a consent for this release turns the refusal into a warning that names the reason", () => {
  const breakGlass = { release: "1.2.0", reason: "a leak has to be closed" };
  expect(say({ staging: older, breakGlass })).toEqual([
    `warn ${at}: evidence of 1.1.0 only; let through for 1.2.0 because: a leak has to be closed`,
  ]);
  expect(say({ staging: unavailable("it is away"), breakGlass })).toEqual([
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

const pushedAgain: WantedRelease = { ...wanted, images: { ...wanted.images, [GATEWAY]: has("c") } };

test("S-08, T-11: a tag that means other bytes than those that were verified is refused", () => {
  const difference = `image ${GATEWAY} is sha256:cccccccccccc here and sha256:aaaaaaaaaaaa there`;
  const rest = `pass ${at}: ${SOAKED}; the same here: 1 image, chart mnemom-gateway 0.1.0, 2 settings`;
  expect(say({ wanted: pushedAgain })).toEqual([rest, `block ${at}: ${difference}`]);
  expect(say({ wanted: pushedAgain, mustMatch: [] })).toEqual([rest, `warn ${at}: ${difference}`]);
  const migrated = { ...wanted, images: { ...wanted.images, [MIGRATE]: has("c") } };
  expect(say({ wanted: migrated })[1]).toContain(`block ${at}: image ${MIGRATE}`);
});

test("S-08: an image of several platforms is the same where one of its digests was verified", () => {
  expect(
    say({ wanted: { ...wanted, images: { [GATEWAY]: has("f", "a"), [MIGRATE]: has("b") } } }),
  ).toEqual(say());
});

test("S-08: an image that is pinned by its digest needs nobody to tell it", () => {
  const pinned = `${GATEWAY}@${digest("a")}`;
  const images = { [pinned]: unavailable("ghcr.io refuses"), [MIGRATE]: has("b") };
  expect(say({ wanted: { ...wanted, images } })).toEqual(say());
});

test("S-08: an image that has another name at a mirror is compared all the same", () => {
  const images = { "mirror.example/smolt/gateway:1.2.0": has("a"), [MIGRATE]: has("b") };
  expect(say({ wanted: { ...wanted, images } })).toEqual(say());
});

test("S-08: another chart and other settings are told by their names, and refused where the stack file says so", () => {
  const other: WantedRelease = {
    images: wanted.images,
    chart: { name: "mnemom-gateway", version: "0.2.0" },
    settings: ["smoltbotSecrets.SUPABASE_KEY", "smoltbotSecrets.REDIS_URL"],
  };
  const chart = "chart mnemom-gateway 0.2.0 here and mnemom-gateway 0.1.0 there";
  const settings =
    "set only here: smoltbotSecrets.REDIS_URL; set only there: values.config.LOG_LEVEL";
  const rest = `pass ${at}: ${SOAKED}; the same here: 2 images`;
  expect(say({ wanted: other })).toEqual([rest, `warn ${at}: ${chart}; ${settings}`]);
  expect(say({ wanted: other, mustMatch: ["images", "chart", "config"] })).toEqual([
    rest,
    `block ${at}: ${chart}; ${settings}`,
  ]);
  expect(say({ wanted: other, mustMatch: ["chart"] })).toEqual([
    rest,
    `block ${at}: ${chart}`,
    `warn ${at}: ${settings}`,
  ]);
});

test("a product that is rendered from no chart is the same in both stacks, until one of them has a chart", () => {
  const bare: WantedRelease = { ...wanted, chart: undefined };
  expect(say({ wanted: bare, staging: observed({ ...evidence, chart: undefined }) })).toEqual([
    `pass ${at}: ${SOAKED}; the same here: 2 images, no chart, 2 settings`,
  ]);
  expect(say({ wanted: bare, mustMatch: ["chart"] }).at(-1)).toBe(
    `block ${at}: chart none here and mnemom-gateway 0.1.0 there`,
  );
});

test("S-08: what one of both sides does not know is told, and stops nothing", () => {
  const images = { [GATEWAY]: unavailable("ghcr.io answers 503"), [MIGRATE]: has("b") };
  const silent = { ...evidence, images: { [GATEWAY]: digest("a"), [MIGRATE]: "" } };
  expect(say({ wanted: { ...wanted, images }, staging: observed(silent) })).toEqual([
    `pass ${at}: ${SOAKED}; the same here: chart mnemom-gateway 0.1.0, 2 settings`,
    `warn ${at}: could not be compared: ${GATEWAY} (ghcr.io answers 503); ${MIGRATE} (nobody there knows its digest)`,
  ]);
  expect(say({ wanted: { ...wanted, images: { [GATEWAY]: has() } } })[1]).toBe(
    `warn ${at}: could not be compared: ${GATEWAY} (nobody here knows its digest)`,
  );
});

test("S-08: evidence of an older program is read, compared by what it has, and the rest is told", () => {
  const old = { ...evidence, images: undefined, chart: undefined, settings: undefined };
  expect(evidenceSchema.parse(JSON.parse(JSON.stringify(old)))).toEqual(old);
  expect(say({ staging: observed(old) })).toEqual([
    `pass ${at}: ${SOAKED}; the same here: 1 image`,
    `warn ${at}: could not be compared: ${MIGRATE} (the evidence is of an older program); the chart (the evidence is of an older program); the settings (the evidence is of an older program)`,
  ]);
});

test("S-08: a consent for this release lets other bytes through, with its reason, and changes nothing else", () => {
  const breakGlass = { release: "1.2.0", reason: "a leak has to be closed" };
  const [rest, difference] = say({ wanted: pushedAgain });
  expect(say({ wanted: pushedAgain, breakGlass })).toEqual([
    rest,
    `${difference?.replace("block", "warn") ?? ""}; let through for 1.2.0 because: a leak has to be closed`,
  ]);
});

test("S-08, S-41: going back is not stopped by other bytes either", () => {
  const plan = step("1.3.0", "1.2.0");
  expect(say({ plan, wanted: pushedAgain })[1]).toMatch(/^warn /);
});

test("S-08: of programs to which nobody sends requests, such as agents on hosts, none is asked for", () => {
  const silent = { staging: observed({ ...evidence, probes: { sent: 0, failed: 0 } }) };
  expect(say({ ...silent, isProbed: false })).toEqual([`pass ${at}: ${PASSES}`]);
});
