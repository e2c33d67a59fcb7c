import { clean, valid } from "semver";
import { z } from "zod";

/** Text that says something, and the words for it in a fault. */
export const text = (what: string) => z.string(what).min(1, what);

export const matching = (pattern: RegExp, what: string) => z.string(what).regex(pattern, what);

/** A Kubernetes object name: a DNS label. */
export const dnsLabel = matching(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a DNS label (lower case letters, digits and -)",
);

/** True for a URL that carries neither user nor password. */
export const isWithoutCredentials = (found: string): boolean => {
  if (!URL.canParse(found)) return false;
  const { username, password } = new URL(found);
  return username === "" && password === "";
};

/** A whole number of something. @param what - of what: `seconds` */
export const whole = (what: string, least = 1) => {
  const message = `${what}: a whole number of at least ${least}`;
  return z.number(message).int(message).min(least, message);
};

const VERSION = 'a full semantic version in quotes and without v, such as "1.2.0"';

/** A release as the guide writes it: `1.2.0`. The pattern is for editors; the refinement decides. */
export const version = z
  .string(VERSION)
  .refine((found) => valid(found) === found, VERSION)
  .meta({ pattern: "^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$" });

/** What to write for a release that was written otherwise; undefined of what is no release. @param expected - as a fault says it */
export function versionFix(given: unknown, expected: string): string | undefined {
  if (expected !== VERSION) return undefined;
  const meant = typeof given === "string" ? clean(given) : null;
  return meant === null ? "write all three numbers, in quotes" : `write "${meant}"`;
}
