import type { Evidence } from "../../upgrade/evidence/evidence";
import { knowsMajor, lastSeen } from "../../upgrade/plan/came-back";
import { observed, unavailable, type Observation } from "../../upgrade/observation";
import { hopsInPlan, isKnownSchema, isOfSchema, releaseAhead } from "../../upgrade/plan/hops";
import { planUpgrade, type Plan } from "../../upgrade/plan/plan";
import { restoreNeed, schemaAhead, type RestoreQuestion } from "../../upgrade/plan/restore-need";
import { occasionOf } from "../../upgrade/plan/occasion";
import { schemaDoubt, type SchemaDoubtQuestion } from "../../upgrade/plan/schema-doubt";
import { isSameDatabase } from "../../upgrade/is-same-database";
import type {
  ClusterFacts,
  JobFacts,
  KubernetesFacts,
  WorkloadFacts,
} from "../facts/cluster-facts";
import { RELEASE_LABEL } from "../objects/release-label";
import type { KubernetesRelease } from "./product";
import { runningVersions } from "./running-pods";

/**
 * Plans from what was verified last, what runs now, and what the database holds.
 *
 * @param container - name of the container that carries the release
 * @param history - what this stack has verified so far
 */
export function planGateway(
  release: Pick<KubernetesRelease, "version" | "availability" | "names" | "hops">,
  facts: KubernetesFacts,
  container: string,
  history: readonly Evidence[] = [],
): Plan {
  const { version, availability, names, hops } = release;
  const running = facts.cluster.observed
    ? runningVersions(facts.cluster.value, availability.selector, container)
    : [];
  const verified = facts.own.observed ? facts.own.value : undefined;
  const question: SchemaDoubtQuestion = {
    wanted: version,
    verified,
    history,
    running,
    restore: facts.restore,
    migrations: migrationsOf(facts),
    migrated: migratedBy(facts),
    begunSince: verified && begunSince(facts, lastSeen(verified).seenAt),
  };
  const way = hops && {
    ...question,
    hops,
    present: [...running, ...(verified === undefined ? [] : [verified.version])],
    atStake: facts.atStake,
  };
  const isHome = hops && ((one: string) => isOfSchema(hops, one, version));
  return planUpgrade({
    wanted: version,
    verified: verified?.version,
    running,
    occasion: occasionOf({
      ...question,
      undone: facts.database?.observed === true ? facts.database.value.undone : undefined,
      ...(facts.cluster.observed
        ? { live: { running, ...livenessOf(facts.cluster.value, names.gateway) } }
        : {}),
    }),
    doubt: way && explains(way) ? undefined : schemaDoubt(question),
    schema: verified !== undefined && knowsMajor(question, isHome) ? lastSeen(verified) : undefined,
    cameBack: verified?.cameBack,
    ahead: way ? releaseAhead(way) : schemaAhead(question),
    hops: way && hopsInPlan(way),
    restore: restoreNeed(question),
    hindrances: facts.database?.observed === true ? facts.database.value.hindrances : undefined,
  });
}

/** Whether it serves. What tells one stop by a restore, or one hold, from another is that each of them is a new generation of the workload. */
function livenessOf({ workloads }: ClusterFacts, serving: string) {
  const those = (ones: readonly WorkloadFacts[]): string | undefined =>
    ones.length === 0
      ? undefined
      : ones.map(({ name, generation }) => `${name} at generation ${generation}`).join(", ");
  return {
    stopped: those(workloads.filter(({ stoppedFrom }) => stoppedFrom !== undefined)),
    held: those(workloads.filter(({ held }) => held === true)),
    down: workloads.find(
      ({ name, desired, ready }) => name === serving && desired > 0 && ready === 0,
    )?.name,
  };
}

function migrationsOf({ database, podsDatabase }: KubernetesFacts): RestoreQuestion["migrations"] {
  if (database === undefined)
    return unavailable("only a Job inside of the cluster reaches it, and a preview makes none");
  if (!database.observed) return database satisfies Observation<never>;
  const { closed, identity, migrations } = database.value;
  if (closed === true) return unavailable("the database lets nobody in");
  const pods = podsDatabase?.observed === true ? podsDatabase.value : undefined;
  return identity !== undefined && pods !== undefined && !isSameDatabase(identity, pods)
    ? unavailable("it is another database than the one that the pods use")
    : observed(migrations);
}

/** Of a schema that nobody can look at, the hops tell themselves whether it may be ahead. */
const explains = (way: Parameters<typeof isKnownSchema>[0]): boolean =>
  !way.migrations.observed || isKnownSchema(way);

/** Jobs of migrations that have begun. */
const begunJobs = ({ cluster }: KubernetesFacts): readonly JobFacts[] =>
  (cluster.observed ? cluster.value.jobs : []).filter(
    ({ state }) => state !== "suspended" && state !== "waiting",
  );

/** Releases whose migration has begun, by the Jobs that are still there. */
const migratedBy = (facts: KubernetesFacts): readonly string[] =>
  begunJobs(facts).flatMap(({ labels }) => labels[RELEASE_LABEL] ?? []);

/**
 * The same since a moment, where nobody knows better. A dump that was taken before a migration tells of it too, if it is only now that the database does not
 * answer; one that no preview ever reaches would be in doubt after each upgrade that has ended with its backup.
 */
const begunSince = (facts: KubernetesFacts, seenAt: string): readonly string[] => [
  ...begunJobs(facts)
    .filter(({ begunAt }) => begunAt === undefined || begunAt > seenAt)
    .flatMap(({ labels }) => labels[RELEASE_LABEL] ?? []),
  ...(facts.database !== undefined && facts.restore.observed ? facts.restore.value.dumps : [])
    .filter(({ takenAt }) => takenAt > seenAt)
    .map(({ release }) => release),
];
