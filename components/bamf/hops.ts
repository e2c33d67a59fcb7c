import type { Danger, Hops } from "../upgrade/plan/hops";
import type { Values } from "../upgrade/values";
import { releaseOf, type BamfCatalogue } from "./catalogue";
import { consentsFor, type NeededConsent } from "./consents";
import { planHop } from "./hop";
import { inWords } from "./time-limits";
import { wayBackBetween } from "./way-back";

/**
 * What the catalogue knows of the ways between releases, as plans ask it.
 *
 * @param values - the operator's own, in the layout of the wanted release: of what they settle nobody is asked
 * @param outageSeconds - longest time from the begin of the migration until the API of the wanted release serves alone (T-26); undefined if nobody can say
 */
export function bamfHops(catalogue: BamfCatalogue, values: Values, outageSeconds?: number): Hops {
  const headOf = (release: string) => releaseOf(catalogue, release)?.head;
  return {
    revisions: catalogue.revisions.map(({ id }) => id),
    headOf,
    broughtBy: (revision) => catalogue.releases.find(({ head }) => head === revision)?.version,
    dangers: (from, to) => {
      const hop = planHop(catalogue, { from, to });
      if (hop.kind === "unknown") return hop;
      const wayBack = wayBackBetween(catalogue, { newer: from, older: to });
      return consentsFor({ catalogue, hop, wayBack, values })
        .filter(isDanger)
        .map((danger) => lasting(danger, outageSeconds));
    },
    wayDown: (newer, older) => wayBackBetween(catalogue, { newer, older }),
  };
}

/** The same with the time for which programs fail, if they do. */
const lasting = (danger: Danger, seconds: number | undefined): Danger =>
  danger.consent !== "window" || seconds === undefined
    ? danger
    : {
        ...danger,
        why: `${danger.why}; this lasts from the migration until the new API serves alone, at most ${inWords(seconds)}`,
      };

const isDanger = (needed: NeededConsent): needed is Danger =>
  needed.consent === "window" || needed.consent === "deletion";
