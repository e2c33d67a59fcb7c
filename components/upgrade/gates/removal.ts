import type { Consent } from "../plan/consent";
import { gate, type Finding } from "../finding";
import type { Plan } from "../plan/plan";

const { pass, warn } = gate("removal");

/** What this gate looks at. */
export interface RemovalArgs {
  readonly plan: Plan;
  /** @defaultValue none: `pulumi destroy` is refused before anything is deleted */
  readonly consent?: Consent | undefined;
  /** What a removal deletes, and what it leaves: `its workloads, Services and Secrets`, `namespace smoltbot, the database and the dumps`. */
  readonly takes: string;
  readonly leaves: string;
  /** Config path of the consent. */
  readonly at: string;
}

/** Tells, for as long as the gateway may be removed, what a removal takes and what it leaves. */
export function removal({ plan, consent, takes, leaves, at }: RemovalArgs): readonly Finding[] {
  if (consent === undefined) return [pass({ at, found: "a gateway that is protected" })];
  const isHeard = consent.release === plan.to;
  return [
    warn({
      at,
      found: isHeard
        ? `a consent to remove the gateway: ${consent.reason}. After this up, pulumi destroy deletes ${takes}; it leaves ${leaves}`
        : `a consent to remove ${consent.release}, which this is not: the gateway stays protected`,
      expected: "a gateway that is protected",
      fix: isHeard
        ? "go on with pulumi destroy, or remove the consent and run pulumi up"
        : "remove the consent from the stack file",
    }),
  ];
}
