import { couldNotLook } from "../could-not-look";
import type { Evidence } from "../evidence/evidence";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";

const { pass, unknown } = gate("own-evidence");

/** Lets no `up` go on without knowing what this stack verified last: an upgrade would be taken for a first install (law 3). */
export function ownEvidence({
  own,
  at,
}: {
  readonly own: Observation<Evidence | undefined>;
  /** The stack, or its output. */
  readonly at: string;
}): readonly Finding[] {
  if (!own.observed) return [unknown(couldNotLook(at, "this stack's own evidence", own.reason))];
  const found =
    own.value === undefined
      ? "no release verified yet"
      : `${own.value.version} verified at ${own.value.verifiedAt}`;
  return [pass({ at, found })];
}
