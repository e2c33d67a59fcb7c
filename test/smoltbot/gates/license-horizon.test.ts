import { expect, test } from "vitest";
import { licenseHorizon } from "../../../components/smoltbot/gates/license-horizon";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbotSecrets.MNEMOM_LICENSE_JWT";
const now = Date.parse("2026-06-01T00:00:00Z");
const hour = 3_600_000;
const ends = (hours: number) => ({ kind: "expires", end: now + hours * hour }) as const;

test.each([
  [
    "S-07, T-09: a license that has expired is refused, whatever grace its requests have",
    ends(-1),
    "block",
    "expired at 2026-05-31T23:00:00.000Z",
  ],
  [
    "S-07, T-09: a license that ends this moment is refused",
    ends(0),
    "block",
    "expires at 2026-06-01T00:00:00.000Z, in 0 h",
  ],
  [
    "S-07, T-09: a license that ends with the horizon is refused",
    ends(72),
    "block",
    "expires at 2026-06-04T00:00:00.000Z, in 72 h",
  ],
  [
    "S-07: a license that outlives the horizon by less than the notice warns",
    ends(72.5),
    "warn",
    "expires at 2026-06-04T00:30:00.000Z, in 72 h",
  ],
  [
    "S-07: a license of exactly 30 days warns",
    ends(720),
    "warn",
    "expires at 2026-07-01T00:00:00.000Z, in 720 h",
  ],
  [
    "S-07: a license of more than 30 days passes",
    ends(721),
    "pass",
    "expires at 2026-07-01T01:00:00.000Z, in 721 h",
  ],
  [
    "S-07: a license that cannot be read is refused",
    { kind: "unreadable", why: "2 parts instead of 3" },
    "block",
    "a license that cannot be read: 2 parts instead of 3",
  ],
  [
    "S-07: a license without an end passes",
    { kind: "endless" },
    "pass",
    "a license that never expires",
  ],
  [
    "S-07: no license passes, as readiness says",
    { kind: "none" },
    "pass",
    "no license configured, which readiness accepts",
  ],
] as const)("%s", (_, license, verdict, found) => {
  expect(spoken(licenseHorizon({ license, at, now }))).toEqual([`${verdict} ${at}: ${found}`]);
});

test("S-07, T-09: the horizon is the operator's to widen, and the refusal says until when", () => {
  const [finding] = licenseHorizon({ license: ends(100), at, now, horizonHours: 168 });
  expect([finding?.verdict, finding?.expected]).toEqual([
    "block",
    "valid until 2026-06-08T00:00:00.000Z, 168 h from now",
  ]);
});

test("S-07: the way back waits for no new license as long as this one is valid (law 8)", () => {
  const back = (hours: number) =>
    licenseHorizon({ license: ends(hours), at, now, isBack: true })[0]?.verdict;
  expect([back(-1), back(1), back(72)]).toEqual(["block", "warn", "warn"]);
});
