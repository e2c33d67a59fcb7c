import { undoneBy, restoredFrom } from "../../../components/postgres/restore-mark";
import { dumpToGoBackTo } from "../../../components/dumps/dump-to-go-back-to";
import { knowsMajor, lastSeen } from "../../../components/upgrade/plan/came-back";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import type { DatabaseFacts, DatabaseIdentity } from "../../../components/upgrade/facts";
import type { Finding } from "../../../components/upgrade/finding";
import { database as databaseGate } from "../../../components/upgrade/gates/database";
import { disruptionBudget } from "../../../components/kubernetes/gates/disruption-budget";
import { isAstray } from "../../../components/upgrade/changes-nothing";
import { oneDatabase } from "../../../components/upgrade/gates/one-database";
import { replicas as replicasGate } from "../../../components/kubernetes/gates/replicas";
import { asksToRestore, restore } from "../../../components/upgrade/gates/restore";
import { schemaOrigin } from "../../../components/upgrade/gates/schema-origin";
import { versionPolicy } from "../../../components/upgrade/gates/version-policy";
import { observed, type Observation, unavailable } from "../../../components/upgrade/observation";
import { occasionOf } from "../../../components/upgrade/plan/occasion";
import { isSettled, planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import {
  restoreNeed,
  schemaAhead,
  type DumpFacts,
} from "../../../components/upgrade/plan/restore-need";
import { schemaDoubt } from "../../../components/upgrade/plan/schema-doubt";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import { judge } from "../../../components/upgrade/verdict";
import { dumpsHere, isoOf, lookedAt, type Dump, type World } from "./world";

const factsOf = ({ file, database, ...dump }: Dump): DumpFacts => ({
  ...dump,
  file,
  rows: database.rows.length,
});

/** What the pods' own connection tells of a URL that leads astray. */
const isSeenThrough = ({ file, without }: World): boolean =>
  file.astray && without !== "the database that is saved is the one that the pods use";

/** Releases whose migration has begun since a moment, as Job and dumps tell. */
const begunSince = (world: World, seenAt: string): readonly string[] =>
  world.without === "a migration that has begun since the schema was seen puts it in doubt" ||
  // Each of the two stands in for the other.
  world.without === "a silent database stops what is not known to be of its major"
    ? []
    : [
        ...(world.job !== undefined && isoOf(world.job.begunAt) > seenAt
          ? [world.job.release]
          : []),
        ...dumpsHere(world)
          .filter(({ takenAt }) => takenAt > seenAt)
          .map(({ release }) => release),
      ];

/** What the program would plan in this world, and the gates that stop it. */
export function decide(world: World): { readonly plan: Plan; readonly stops: readonly string[] } {
  const { file, evidence, serving, job } = world;
  const database = lookedAt(world);
  const dumps = dumpsHere(world);
  const candidate = dumpToGoBackTo(dumps, file.version);
  const question = {
    wanted: file.version,
    verified: evidence,
    history: world.history,
    running: serving === undefined ? [] : [serving],
    migrated: job === undefined ? [] : [job.release],
    begunSince: evidence && begunSince(world, lastSeen(evidence).seenAt),
    migrations:
      world.silent || isSeenThrough(world)
        ? unavailable("silent")
        : observed(database.migrations.length === 0 ? undefined : database.migrations),
    restore: observed({
      dumps: dumps.map(factsOf),
      candidate: candidate && factsOf(candidate),
      risk: undefined,
    }),
  };
  const isKnown =
    world.without === "a silent database stops what is not known to be of its major" ||
    knowsMajor(question);
  const live = {
    running: question.running,
    stopped: world.stopped ? `generation ${world.stops}` : undefined,
    down:
      world.declared !== undefined && !world.stopped && serving === undefined ? "it" : undefined,
  };
  const undone = undoneBy(database.mark, database.migrations);
  const plan = planUpgrade({
    wanted: file.version,
    ...(evidence === undefined ? {} : { verified: evidence.version }),
    running: question.running,
    ahead: schemaAhead(question),
    restore: restoreNeed(question),
    schema: evidence !== undefined && isKnown ? lastSeen(evidence) : undefined,
    cameBack: evidence?.cameBack,
    ...(world.without === "what was moved asks for a rollout and a verification"
      ? {}
      : { occasion: occasionOf({ ...question, undone, live }) }),
    ...(world.without === "a schema of unknown origin stops"
      ? {}
      : { doubt: schemaDoubt(question) }),
  });
  const restored = world.silent
    ? undefined
    : (restoredFrom(database.mark, database.migrations) ?? "");
  const consent = file.restore && { ...file.restore, reason: REASON };
  const findings = [
    ...(PODS.get(file.replicas) ?? []),
    ...databaseFindings(world, plan),
    ...policy(world, plan, restored),
  ];
  const isSame =
    evidence?.version === file.version &&
    (evidence.replicas === file.replicas ||
      world.without === "a run that changes anything is judged whatever the version says");
  const isAsked = plan.occasion !== (evidence?.occasion ?? "");
  const strays =
    isSeenThrough(world) &&
    !world.silent &&
    plan.cameBack === undefined &&
    isAstray({ database: observed(factsAbout(world)), podsDatabase: observed(OF_PODS) });
  const isAskedBack = asksToRestore({ plan, consent, restoredFrom: restored });
  const unchanged = isSame && !isAsked && !strays && !isAskedBack;
  const answers = isSettled(plan) && unchanged ? downgradeToWarnings(findings) : findings;
  return { plan, stops: judge(answers, { phase: "up" }).map(({ gate }) => gate) };
}

const REASON = "drawn";

/** Whether this release may come now. */
const policy = (
  { file, without }: World,
  plan: Plan,
  restored: string | undefined,
): readonly Finding[] =>
  [
    versionPolicy({
      plan,
      at: "version",
      consent: file.major && { release: file.major, reason: REASON },
    }),
    restore({
      plan:
        without === "a restore that nothing needs is refused" && plan.restore === undefined
          ? { ...plan, to: "another release" }
          : plan,
      consent: file.restore && { ...file.restore, reason: REASON },
      restoredFrom: restored,
      at: "consents",
      keysAt: "keys",
    }),
    schemaOrigin({
      plan,
      consent:
        file.schema === undefined
          ? undefined
          : { release: file.version, head: file.schema, reason: REASON },
      at: "consents",
    }),
  ].flat();

/** Whether the database answers, and is the one that the pods use. */
function databaseFindings(world: World, plan: Plan): readonly Finding[] {
  const silence = unavailable("silent");
  const at = "url";
  const isLookedFor = world.without !== "the database that is saved is the one that the pods use";
  const one = (
    database: Observation<DatabaseFacts>,
    pods: Observation<DatabaseIdentity>,
  ): readonly Finding[] => {
    const { astray } = world.file;
    const names = { saved: astray ? "another" : "smoltbot", used: "smoltbot" };
    return oneDatabase({ plan, ...names, database, pods, sameKey: false, at, usedAt: "pods" });
  };
  if (world.silent)
    return [
      ...databaseGate({ database: silence, lastDump: undefined, plan, at }),
      ...(isLookedFor ? one(silence, silence) : []),
    ];
  return isLookedFor ? one(observed(factsAbout(world)), observed(OF_PODS)) : [];
}

const OF_PODS: DatabaseIdentity = { oid: "1", started: "1" };
const factsAbout = (world: World): DatabaseFacts => ({
  exists: true,
  server: "15.0",
  dumpTool: "15.0",
  database: world.file.astray ? "another" : "smoltbot",
  bytes: 0,
  mayCreateDatabase: true,
  migrations: lookedAt(world).migrations,
  freeBytes: undefined,
  migrating: false,
  identity: world.file.astray ? { ...OF_PODS, oid: "2" } : OF_PODS,
});

/** What the gates say of so many pods, under a budget that keeps one. */
const PODS: ReadonlyMap<number, readonly Finding[]> = new Map(
  [1, 2, 3].map((replicas) => {
    const metadata = { name: "gateway" };
    const labels = { app: "gateway" };
    const template = { metadata: { labels }, spec: {} };
    const objects: readonly KubernetesObject[] = [
      { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas, template } },
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata,
        spec: { minAvailable: 1, selector: { matchLabels: labels } },
      },
    ];
    const rollout = { objects, workload: metadata.name };
    return [replicas, [...replicasGate(rollout), ...disruptionBudget(rollout)]];
  }),
);
