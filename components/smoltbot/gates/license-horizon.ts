import { gate, type Finding } from "../../upgrade/finding";

const { pass, warn, block } = gate("license-horizon");

/** What a license token says about its end, free of the token. */
export type LicenseReading =
  | { readonly kind: "none" }
  /** `why` in words: `not three parts`. */
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "endless" }
  /** `end` in milliseconds since the epoch. */
  | { readonly kind: "expires"; readonly end: number };

const hour = 3_600_000;
const noticeHours = 30 * 24;

/**
 * Lets an upgrade begin only if the license outlives it: an expired one turns every new pod unready at once, although
 * requests would be tolerated for some days. Going back waits for no new license as long as this one is valid (law 8).
 *
 * Source: `mnemom/smoltbot@33f9a5a`, readiness check of the gateway: local decode, `exp` in seconds, no grace (S-07, T-09).
 */
export function licenseHorizon({
  license,
  at,
  now,
  horizonHours = 72,
  isBack = false,
}: {
  readonly license: LicenseReading;
  /** Config path of the token. */
  readonly at: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Upgrade, soak and a rollback in hours. @defaultValue 72 */
  readonly horizonHours?: number;
  /** True if the release goes back. @defaultValue false */
  readonly isBack?: boolean;
}): readonly Finding[] {
  switch (license.kind) {
    case "none":
      return [pass({ at, found: "no license configured, which readiness accepts" })];
    case "endless":
      return [pass({ at, found: "a license that never expires" })];
    case "unreadable":
      return [
        block({
          at,
          found: `a license that cannot be read: ${license.why}`,
          expected: "a token of three parts with a JSON payload that names a license",
          fix: "set the token again, whole and unquoted",
        }),
      ];
    case "expires":
      return [judgeEnd({ end: license.end, at, now, horizonHours, isBack })];
  }
}

function judgeEnd({
  end,
  at,
  now,
  horizonHours,
  isBack,
}: {
  readonly end: number;
  readonly at: string;
  readonly now: number;
  readonly horizonHours: number;
  readonly isBack: boolean;
}): Finding {
  const date = new Date(end).toISOString();
  const hoursLeft = (end - now) / hour;
  const fix = "renew the license and set the new token first; or lower license.horizonHours";
  const expected = `valid until ${new Date(now + horizonHours * hour).toISOString()}, ${horizonHours} h from now`;
  if (hoursLeft < 0)
    return block({
      ...{ at, found: `expired at ${date}`, expected },
      fix: "renew the license and set the new token first",
    });
  const found = `expires at ${date}, in ${Math.floor(hoursLeft)} h`;
  if (hoursLeft <= horizonHours) return (isBack ? warn : block)({ at, found, expected, fix });
  if (hoursLeft > noticeHours) return pass({ at, found });
  return warn({ at, found, expected: "more than 30 days left", fix: "renew the license soon" });
}
