import type { CoreFacts } from "./facts";
import type { CoreInput } from "./gate-input";
import { asksToRestore } from "./gates/restore";
import { isSameDatabase } from "./is-same-database";

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
 * True if the stack file names another database than the one that the pods use, as both have said. Steps that a killed run has left undone would save and read
 * that one.
 */
export const isAstray = ({
  database,
  podsDatabase,
}: Pick<CoreFacts, "database" | "podsDatabase">): boolean =>
  database?.observed === true &&
  database.value.identity !== undefined &&
  podsDatabase?.observed === true &&
  !isSameDatabase(database.value.identity, podsDatabase.value);

/**
 * True if the last evidence is of the very objects that the stack file asks for, the world is still the verified one, no restore is asked for, and the database that it names is not
 * another one than that of the pods.
 */
export const changesNothing = ({
  settings,
  release,
  facts,
  plan,
}: Pick<CoreInput, "settings" | "release" | "facts" | "plan">): boolean =>
  isVerified(facts, release) &&
  !isAsked(facts, plan) &&
  // A way back that has left the database alone needs nothing from it.
  (plan.cameBack !== undefined || !isAstray(facts)) &&
  !asksToRestore({ plan, consent: settings.consents.restore, restoredFrom: restoredFrom(facts) });
