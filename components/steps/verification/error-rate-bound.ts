import type { Traffic } from "../../upgrade/traffic";

/** Fewer answers than this decide nothing before the end of the window. */
const fewest = 10;

/** How improbable it must be that a sound release shows so many errors by chance: one in a million, for it is asked again and again. */
const doubt = 1e-6;

/**
 * Whether the share of 5xx is so far above the allowed one that waiting for the end of the window would change nothing (S-49).
 *
 * By Chernoff's bound: of n answers with the allowed share p, a share q or more of errors comes with a probability of at most
 * exp(-n KL(q, p)). 5 errors of 10 are certain with 1 % allowed, 3 of 30 are not.
 */
export function isCertainlyAbove({ requests, errors }: Traffic, maxErrorRate: number): boolean {
  const found = errors / requests;
  if (requests < fewest || found <= maxErrorRate) return false;
  const distance =
    found * Math.log(found / maxErrorRate) +
    (found === 1 ? 0 : (1 - found) * Math.log((1 - found) / (1 - maxErrorRate)));
  return requests * distance > -Math.log(doubt);
}
