import { couldNotLook } from "../../upgrade/could-not-look";
import type { ClusterFacts } from "../facts/cluster-facts";
import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import { retireCommand, whyRetire, type RecordsPlace } from "../helm/helm-records";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";

const { pass, warn, unknown } = gate("helm-records");

/** What this gate looks at. */
export interface HelmRecordsArgs {
  readonly cluster: Observation<ClusterFacts>;
  readonly plan: Plan;
  readonly place: RecordsPlace;
  /** Context and namespace. */
  readonly at: string;
}

/**
 * Reminds of the records that Helm keeps of a release which this stack has verified: while they are there, one wrong command of Helm's
 * takes the gateway away. They are never deleted here. Before a first verification they are what an adoption is proven by.
 */
export function helmRecords({ cluster, plan, place, at }: HelmRecordsArgs): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "Helm's records", cluster.reason))];
  const { helmRecords: records } = cluster.value;
  if (records.length === 0) return [pass({ at, found: "no records of Helm" })];
  const found = `${counted(records.length, "record")} of the Helm release ${place.release}`;
  if (plan.verified === undefined) return [pass({ at, found })];
  return [
    warn({
      at,
      found: `${found}, which this stack has taken over`,
      expected: `none: ${whyRetire(place)}`,
      fix: `run ${retireCommand(place, records)}`,
    }),
  ];
}
