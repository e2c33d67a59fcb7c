import { couldNotLook } from "../../upgrade/could-not-look";
import type { AdoptionFacts, ClusterFacts, WorkloadFacts } from "../facts/cluster-facts";
import type { DatabaseFacts } from "../../upgrade/facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { HelmRecord } from "../helm/helm-records";
import { isWorkload } from "../objects/workload-kind";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";

const { pass, warn, block, unknown } = gate("adoption");

/** What this gate looks at. */
export interface AdoptionArgs {
  readonly plan: Plan;
  readonly cluster: Observation<ClusterFacts>;
  /** Undefined if it could not be looked at beforehand. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Name of the Helm release. */
  readonly release: string;
  /** Name of the workload that serves. */
  readonly deployment: string;
  /** Workloads that are unwell for HTTP probes which the first upgrade takes away. @defaultValue none */
  readonly mended?: readonly string[];
  /** What was seen of its objects. @defaultValue nothing */
  readonly adopted?: Observation<AdoptionFacts> | undefined;
  /** Context and namespace. */
  readonly at: string;
  /** Config paths of the wish to adopt and of the version. */
  readonly adoptAt: string;
  readonly versionAt: string;
}

/**
 * Lets an install by Helm be taken over only if Helm has finished it, the release that runs is the wanted one, and its
 * workloads serve. Adoption and upgrade are two steps: what is taken over keeps its pods, so no other release can come with it.
 */
export function adoption(args: AdoptionArgs): readonly Finding[] {
  const { plan, cluster, at } = args;
  if (plan.verified !== undefined) return [adopted(args)];
  if (!cluster.observed) return [unknown(couldNotLook(at, "the install by Helm", cluster.reason))];
  return [
    judgeRecords(cluster.value.helmRecords, args),
    judgeVersion(args),
    ...judgePods(cluster.value.workloads, args),
    ...judgeSchema(args.database),
  ];
}

/** Once it is verified there is nothing left to take over, and the pods wait for their first upgrade. */
function adopted({ plan, adoptAt: at }: AdoptionArgs): Finding {
  const { verified = "", to, change } = plan;
  const found = `adopt: true, though ${verified} is adopted and verified`;
  const fix = "remove adopt: true; the next up rolls the pods over one by one";
  return change === "none"
    ? warn({ at, found, expected: "nothing to adopt any more", fix })
    : block({
        at,
        found: `${found}, beside an upgrade to ${to}`,
        expected: "adoption and upgrade as two steps",
        fix: "remove adopt: true, in the same edit as the new version if you like",
      });
}

function judgeRecords(records: readonly HelmRecord[], args: AdoptionArgs): Finding {
  const { release, at } = args;
  const [newest, ...earlier] = records;
  if (newest === undefined) {
    return block({
      at,
      found: `no records of a Helm release ${release}`,
      expected: "an install by Helm of that name",
      fix: "name the release that helm list shows as kubernetes.release, or remove adopt: true",
    });
  }
  const revision = `Helm release ${release}, revision ${newest.revision}`;
  if (newest.status === "deployed")
    return pass({ at: revision, found: `deployed${chartOf(args)}` });
  return block({
    at: revision,
    found: `status ${newest.status}`,
    expected: "status deployed: an install that Helm has finished",
    fix: wayToDeployed(newest, earlier, args),
  });
}

/** The chart by which Helm has labelled the workload that serves, as `helm list` shows it; nothing where there is no such label. */
function chartOf({ adopted, deployment }: AdoptionArgs): string {
  const objects = adopted?.observed === true ? adopted.value.objects : [];
  const [chart] = objects
    .filter((object) => isWorkload(object) && object.metadata.name === deployment)
    .flatMap(({ metadata }) => metadata.labels?.["helm.sh/chart"] ?? []);
  return chart === undefined ? "" : ` by chart ${chart}`;
}

/**
 * What brings Helm to the end of what it has begun. While one of its operations is on record as pending it refuses any other one but a rollback, and nobody but
 * who has started it knows whether it still runs: nothing is ever forced here (T-37).
 *
 * Source: `helm/helm@v3.17.3:pkg/action/upgrade.go` (errPending), `pkg/action/rollback.go`.
 */
function wayToDeployed(
  newest: HelmRecord,
  earlier: readonly HelmRecord[],
  { release, mended = [], at }: AdoptionArgs,
): string {
  const whole = earlier.find(({ status }) => status === "deployed" || status === "superseded");
  const back = whole && `helm rollback ${release} ${whole.revision} in ${at}`;
  if (newest.status.startsWith("pending-"))
    return back === undefined
      ? `see that no helm runs on it any more, delete the record ${newest.name} in ${at}, and run the same helm install again; then run this again`
      : `see that no helm runs on it any more, and run ${back}; then run this again`;
  const wait =
    mended.length === 0 ? "" : ` and without --wait (${mended.join(", ")} never gets ready)`;
  const again = `run helm upgrade ${release} in ${at} once more with the values that it has${wait}`;
  return `${again}, or ${back ?? "helm rollback"}, then run again`;
}

function judgeVersion({ plan: { running, to }, versionAt: at }: AdoptionArgs): Finding {
  const [only, ...others] = running;
  if (only === to && others.length === 0) return pass({ at, found: `${to}, which runs` });
  return block({
    at,
    found: `${to}, while ${running.length === 0 ? "nothing that names a release" : running.join(" and ")} runs`,
    expected: "the one release that runs",
    fix:
      only === undefined || others.length > 0
        ? "finish what Helm has begun, so that one release runs, then adopt it"
        : `set the version to ${only} and adopt it; upgrade to ${to} afterwards`,
  });
}

function judgePods(
  workloads: readonly WorkloadFacts[],
  { deployment, mended = [] }: AdoptionArgs,
): readonly Finding[] {
  return workloads
    .filter(
      ({ observed, ready, updated, desired }) => !observed || Math.min(ready, updated) < desired,
    )
    .map(({ kind = "Deployment", name, ready, updated, desired, probed }) => {
      const at = `${kind}/${name}`;
      const found = `${ready} of ${desired} pods ready`;
      if (!mended.includes(name)) {
        const old = updated < desired && ready >= desired ? `, ${updated} of them up to date` : "";
        return block({
          at,
          found: `${found}${old}`,
          expected:
            name === deployment
              ? "a gateway that serves, since that is all that proves a release which runs"
              : "every pod ready and up to date, since an adoption neither mends nor replaces one",
          fix: "repair it with Helm first, then adopt it",
        });
      }
      return warn({
        at,
        found: probed
          ? `${found}: as the chart ships it, it is probed on a port that it never opens`
          : found,
        expected: "every pod ready",
        fix: "nothing; it is taken over and not verified, and the first upgrade mends the probes",
      });
    });
}

function judgeSchema(database: Observation<DatabaseFacts> | undefined): readonly Finding[] {
  if (database?.observed !== true) return [];
  const { migrations, database: name } = database.value;
  if (migrations !== undefined && migrations.length > 0) return [];
  return [
    warn({
      at: `database ${name}`,
      found: "no migration on record, though a release runs on it",
      expected: "the migrations of the release that runs",
      fix: "find out how its tables were made; an adoption migrates nothing, and the first upgrade runs every migration",
    }),
  ];
}
