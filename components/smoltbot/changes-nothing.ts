import { asksToRestore } from "../upgrade/gates/restore";
import { isVerified } from "./demands";
import type { GateInput } from "./gate-input";

/** File name of the dump that the live database was restored from, or ""; undefined where nobody could look. */
export const restoredFrom = ({ database }: GateInput["facts"]): string | undefined =>
  database?.observed ? (database.value.restoredFrom ?? "") : undefined;

/** What the live database tells about restores. */
export const saidByDatabase = (facts: GateInput["facts"]) => {
  const live = facts.database?.observed === true ? facts.database.value : undefined;
  return {
    restoredFrom: restoredFrom(facts),
    hindrances: live?.hindrances,
    followers: live?.followers,
  };
};

/** True where the last evidence is of the very objects that the stack file asks for, in this cluster, and no restore is asked for. */
export const changesNothing = ({ config, release, facts, plan }: GateInput): boolean =>
  isVerified(facts, release) &&
  !isElsewhere(facts) &&
  !isAsked(facts, plan) &&
  !asksToRestore({
    plan,
    consent: config.settings.consents.restore,
    restoredFrom: restoredFrom(facts),
  });

/** True if the world was moved since the last verification, so that this run rolls out and verifies although no release changes. */
const isAsked = ({ own }: GateInput["facts"], { occasion }: GateInput["plan"]): boolean =>
  own.observed && occasion !== (own.value?.occasion ?? "");

/** True where the stack file is aimed at another cluster than the one that the gateway was installed in. */
const isElsewhere = ({ cluster, identity }: GateInput["facts"]): boolean =>
  cluster.observed &&
  identity?.cluster !== undefined &&
  cluster.value.uid !== undefined &&
  cluster.value.uid !== identity.cluster;
