import type { Evidence } from "./evidence";

/** Entries that are kept. */
const LONGEST = 20;

/**
 * Every verified release of a gateway in the order of its verification, the newest last (S-43). The same evidence again adds nothing, so that a run
 * without a change has none here either.
 */
export function extendHistory(
  history: readonly Evidence[],
  evidence: Evidence,
): readonly Evidence[] {
  if (history.some(({ verifiedAt }) => verifiedAt === evidence.verifiedAt)) return history;
  return [...history, evidence].slice(-LONGEST);
}
