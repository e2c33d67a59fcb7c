import { gt } from "semver";
import type { Consents } from "../../upgrade/plan/consent";
import { revisionsOf } from "../../upgrade/plan/hops";
import type { KubernetesObject } from "../objects/object";
import type { KubernetesRelease } from "./product";

/** A way down of the schema, as the stack file and what is known of releases make it. */
export interface ConsentedDescent {
  readonly job: KubernetesObject;
  /** The newer release, whose image runs it. */
  readonly from: string;
  /** The last revision of the wanted release. */
  readonly revision: string;
  /** Revisions of the newer release, oldest first. */
  readonly revisions: readonly string[];
  readonly deletes: readonly string[];
}

/** What it follows from. */
export interface DescentArgs {
  /** Only the consents of a product that knows its hops hold one to a downgrade. */
  readonly settings: { readonly version: string; readonly consents: Consents };
  readonly release: Pick<KubernetesRelease, "hops" | "downgradeJob">;
}

/**
 * The way down that the operator has consented to: for this release, from a newer one, to the revision that it knows as its last, and over all that this deletes.
 * Undefined without such a consent. Whether the schema has to go down at all, the step decides when it acts.
 */
export function consentedDescent({
  settings: { version, consents },
  release: { hops, downgradeJob },
}: DescentArgs): ConsentedDescent | undefined {
  const { downgrade: consent } = consents;
  if (consent?.release !== version || hops === undefined || downgradeJob === undefined)
    return undefined;
  const { from, revision, deletes = [] } = consent;
  const revisions = revisionsOf(hops, from);
  if (revisions === undefined || !gt(from, version)) return undefined;
  const down = hops.wayDown(from, version);
  if (down.kind !== "downgrade" || down.revision !== revision) return undefined;
  if (!down.deletes.every((name) => deletes.includes(name))) return undefined;
  const job = downgradeJob(revision, from);
  return { job, from, revision, revisions, deletes: down.deletes };
}
