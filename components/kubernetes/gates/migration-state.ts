import { gt, valid } from "semver";
import { couldNotLook } from "../../upgrade/could-not-look";
import type { ClusterFacts, JobFacts } from "../facts/cluster-facts";
import type { DatabaseFacts } from "../../upgrade/facts";
import { isMigration, isSameHook } from "../objects/migration-label";
import { RELEASE_LABEL } from "../objects/release-label";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";
import { withoutDatabase } from "../../upgrade/plan/without-database";

const { pass, warn, block, unknown } = gate("migration-state");

/** What this gate looks at. */
export interface MigrationStateArgs {
  readonly plan: Plan;
  readonly cluster: Observation<ClusterFacts>;
  /** Undefined if only the steps can look. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Name of the Job that this release migrates with; undefined if there is no schema. */
  readonly job: string | undefined;
  /** Name of the Job that takes the schema down for it; undefined if the operator has consented to none. */
  readonly down?: string | undefined;
  /** Name of the Job that the chart's own hook leaves behind where Helm runs it; undefined if it has none. */
  readonly hook: string | undefined;
  /** Context and namespace. */
  readonly at: string;
}

/**
 * Lets no second migration begin beside one that runs: the product's own runner takes no lock. What an earlier run of this
 * release left behind is taken up by the schema step and only reported.
 *
 * Source: `mnemom/smoltbot@v2.1.0`, migration runner: two runners race, the loser fails on DDL or the primary key.
 */
export function migrationState({
  plan,
  cluster,
  database,
  job,
  down,
  hook,
  at,
}: MigrationStateArgs): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the migration Jobs", cluster.reason))];
  const jobs = cluster.value.jobs.filter(({ labels }) => isMigration(labels));
  const findings = [
    ...jobs.flatMap((found) =>
      found.name === job || found.name === down ? ours(found) : others(found, hook, plan.to),
    ),
    ...lock(database),
    ...withoutDatabase(plan, untracked(cluster.value, database)),
  ];
  return findings.length > 0 ? findings : [pass({ at, found: "no migration runs or has failed" })];
}

const runs = ({ state }: JobFacts): boolean => state === "active" || state === "waiting";

function others(job: JobFacts, hook: string | undefined, to: string): readonly Finding[] {
  const at = `Job/${job.name}`;
  const isHook = hook !== undefined && isSameHook(job.name, hook);
  if (runs(job)) {
    return [
      block({
        at,
        found: isHook
          ? "the migration hook of the chart runs"
          : "the migration of another release runs",
        expected: "no migration but the one of this release",
        fix: "wait until it has ended, then run again",
      }),
    ];
  }
  if (job.state !== "failed") return [];
  return [
    warn({
      at,
      found: isHook ? `${failure(job)}, left behind by Helm` : failure(job),
      expected: "no failed migration left behind",
      fix: isOfNewer(job, to)
        ? `read its log, and leave the Job until ${to} is verified: it shows that a newer release may have changed the schema`
        : "read its log, then delete the Job",
    }),
  ];
}

function ours(job: JobFacts): readonly Finding[] {
  if (!runs(job) && job.state !== "failed") return [];
  return [
    warn({
      at: `Job/${job.name}`,
      found: runs(job) ? "an earlier run of this upgrade migrates" : failure(job),
      expected: "a migration that has not begun or is complete",
      fix: runs(job)
        ? "nothing; the schema step waits for it"
        : "read its log; the schema step starts it again",
    }),
  ];
}

/** Where the database cannot be looked at, such a Job alone says that the schema may be ahead. */
const isOfNewer = ({ labels }: JobFacts, to: string): boolean => {
  const release = valid(labels[RELEASE_LABEL] ?? "");
  return release !== null && valid(to) !== null && gt(release, to);
};

const failure = ({ reason }: JobFacts): string =>
  `a failed migration${reason === "" ? "" : `: ${reason}`}`;

/**
 * A release that runs on a schema that cannot be seen: the role has another search path than the product's own. Taken for an empty schema, it
 * would look like that of an older major. If no schema holds such a table the absence is proven, and only reported.
 */
function untracked(
  { workloads }: ClusterFacts,
  database: Observation<DatabaseFacts> | undefined,
): readonly Finding[] {
  if (database === undefined || !database.observed) return [];
  const { exists, closed, migrations, trackedElsewhere = [], database: name } = database.value;
  const isRunning = workloads.some(({ ready }) => ready > 0);
  if (!exists || closed === true || migrations !== undefined || !isRunning) return [];
  const at = `database ${name}`;
  const expected = "the table in which the running release lists its migrations";
  return trackedElsewhere.length > 0
    ? [
        unknown({
          at,
          found: `no list of migrations under the role's search path, while a release runs; ${trackedElsewhere.join(", ")} is there`,
          expected,
          fix: `give the role of the connection the search path of the pods' own role, with ALTER ROLE ... IN DATABASE "${name}" SET search_path`,
        }),
      ]
    : [
        warn({
          at,
          found: "no list of migrations in any schema, while a release runs",
          expected,
          fix: "see that this is the gateway's own database; its migrations count as not applied",
        }),
      ];
}

function lock(database: Observation<DatabaseFacts> | undefined): readonly Finding[] {
  if (database === undefined || !database.observed || !database.value.migrating) return [];
  return [
    warn({
      at: `database ${database.value.database}`,
      found: "a schema step holds the migration lock",
      expected: "no other run of this program",
      fix: "find out who else runs it; the schema step waits for the lock",
    }),
  ];
}
