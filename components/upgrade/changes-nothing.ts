import type { CoreFacts } from "./facts";
import type { CoreInput } from "./gate-input";
import { asksToRestore } from "./gates/restore";

/** True if the last evidence is of these very objects. */
export const isVerified = (
  { own }: Pick<CoreFacts, "own">,
  { configHash }: { readonly configHash: string },
): boolean => own.observed && own.value?.configHash === configHash;

/** File name of the dump that the live database was restored from, or ""; undefined if nobody could look. */
export const restoredFrom = ({ database }: Pick<CoreFacts, "database">): string | undefined =>
  database?.observed === true ? (database.value.restoredFrom ?? "") : undefined;

/** True if the world was moved since the last verification, so that this run rolls out and verifies although no release changes. */
const isAsked = (
  { own }: Pick<CoreFacts, "own">,
  { occasion }: Pick<CoreInput["plan"], "occasion">,
): boolean => own.observed && occasion !== (own.value?.occasion ?? "");

/**
 * True if the last evidence is of the very objects that the stack file asks for, the world is still the verified one, and no restore is asked for.
 */
export const changesNothing = ({
  settings,
  release,
  facts,
  plan,
}: Pick<CoreInput, "settings" | "release" | "facts" | "plan">): boolean =>
  isVerified(facts, release) &&
  !isAsked(facts, plan) &&
  !asksToRestore({ plan, consent: settings.consents.restore, restoredFrom: restoredFrom(facts) });
