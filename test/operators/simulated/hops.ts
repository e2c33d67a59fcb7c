import { consentedDescent } from "../../../components/kubernetes/gateway/consented-descent";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { isOwn, judgeRevision } from "../../../components/steps/schema/revision";
import { hop } from "../../../components/upgrade/gates/hop";
import { restore } from "../../../components/upgrade/gates/restore";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { knowsMajor, lastSeen, type CameBack } from "../../../components/upgrade/plan/came-back";
import type { Consents } from "../../../components/upgrade/plan/consent";
import {
  hopsInPlan,
  isOfSchema,
  releaseAhead,
  revisionsOf,
} from "../../../components/upgrade/plan/hops";
import { occasionOf } from "../../../components/upgrade/plan/occasion";
import { planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import { judge } from "../../../components/upgrade/verdict";
import { knownHops } from "../../upgrade/plan/known-hops";

export const HOP_RELEASES = ["0.1.0", "0.2.0", "0.3.0", "0.4.0"] as const;
export type HopRelease = (typeof HOP_RELEASES)[number];

/** Moments at which a run may be killed. */
export const HOP_MOMENTS = [
  "while the writers are stopped",
  "behind the way down",
  "after the way down",
  "while the schema is migrated",
  "after the schema",
  "after the workloads were applied",
  "after the rollout",
] as const;
export type HopMoment = (typeof HOP_MOMENTS)[number];

interface HopEvidence {
  readonly version: HopRelease;
  readonly schemaHead: string;
  readonly verifiedAt: string;
  readonly occasion: string;
  readonly cameBack?: CameBack | undefined;
}

/** What of the program may be taken out, each with what happens then; its absence has to be found. */
export const HOP_SAFEGUARDS = {
  "the schema step knows of the way down":
    "an up that was cut off on the way forward leaves a way down that the engine takes for done",
  "rows that go are saved": "they are gone",
} as const;
export type HopSafeguard = keyof typeof HOP_SAFEGUARDS;

/** A gateway of a product that knows its hops: what is live, what the engine remembers, and the stack file. Changed in place by what happens. */
export interface HopWorld {
  /** Taken out of the program. */
  readonly without: HopSafeguard | undefined;
  now: number;
  file: { version: HopRelease; consents: Consents };
  head: string;
  silent: boolean;
  /** Rows of the table `places`, which a way down from r2 deletes. */
  places: readonly number[];
  /** Rows in files beside the dumps. */
  saved: readonly number[];
  nextRow: number;
  serving: HopRelease | undefined;
  stopped: boolean;
  stops: number;
  declared: HopRelease | undefined;
  generation: number;
  /** Releases whose Job has completed. */
  completed: readonly string[];
  steps: Readonly<Record<string, string>>;
  evidence: HopEvidence | undefined;
  /** Ways down that were taken, each with the consent of that moment. */
  readonly descents: { readonly release: string; readonly consent: string | undefined }[];
}

export const emptyHopWorld = (without?: HopSafeguard): HopWorld => ({
  without,
  ...{ now: 0, file: { version: "0.1.0", consents: {} }, head: "", silent: false, places: [] },
  ...{ saved: [], nextRow: 1, serving: undefined, stopped: false, stops: 0, declared: undefined },
  ...{ generation: 0, completed: [], steps: {}, evidence: undefined, descents: [] },
});

export const headOfRelease = (release: string): string => knownHops.headOf(release) ?? "";

/** A program works on its own schema alone. */
export const fitsHop = (release: string, head: string): boolean => headOfRelease(release) === head;

/** What the program would plan, and the gates that stop it. */
export function decideHop(world: HopWorld): { readonly plan: Plan; readonly stops: readonly string[] } {
  const { file, evidence, serving, head, silent } = world;
  const running = serving === undefined ? [] : [serving];
  const migrations = silent ? unavailable("silent") : observed(head === "" ? undefined : [head]);
  const question = {
    ...{ wanted: file.version, verified: evidence, running, migrations },
    ...{ migrated: world.completed, restore: unavailable("no dumps here") },
  };
  const present = [...running, ...(evidence === undefined ? [] : [evidence.version])];
  const way = { ...question, hops: knownHops, present, atStake: undefined };
  const isDown = world.declared !== undefined && !world.stopped && serving === undefined;
  const plan = planUpgrade({
    wanted: file.version,
    ...(evidence === undefined ? {} : { verified: evidence.version }),
    running,
    ahead: releaseAhead(way),
    hops: hopsInPlan(way),
    schema:
      evidence !== undefined &&
      knowsMajor(question, (one) => isOfSchema(knownHops, one, file.version))
        ? lastSeen(evidence)
        : undefined,
    cameBack: evidence?.cameBack,
    occasion: occasionOf({
      ...question,
      live: {
        running,
        stopped: world.stopped ? `generation ${world.stops}` : undefined,
        down: isDown ? "it" : undefined,
      },
    }),
  });
  const findings = [
    ...hop({ plan, consents: file.consents, head: silent ? undefined : head, at: "consents" }),
    ...restore({ plan, restoredFrom: silent ? undefined : "", at: "consents", keysAt: "keys" }),
  ];
  return { plan, stops: judge(findings, { phase: "up" }).map(({ found }) => found) };
}

/** Consents to all that the preview asks for. */
export function consentToAll(world: HopWorld): void {
  const { plan } = decideHop(world);
  const release = world.file.version;
  const said = { release, reason: "drawn" };
  const dangers = plan.dangers === undefined || "kind" in plan.dangers ? [] : plan.dangers;
  const asked = Object.fromEntries(dangers.map(({ consent }) => [consent, said]));
  const need = plan.restore;
  const downgrade =
    need?.kind === "downgrade"
      ? { ...said, from: need.image, revision: need.revision, deletes: need.deletes }
      : undefined;
  world.file = { ...world.file, consents: { ...asked, downgrade } };
}

class Killed extends Error {}

/** Simulates `pulumi up` as the chapters order it; the decisions are the program's own. */
export function upHop(world: HopWorld, killAt?: HopMoment): string {
  const { plan, stops } = decideHop(world);
  if (stops.length > 0) return "refused";
  const pass = (moment: HopMoment): void => {
    if (moment === killAt) throw new Killed();
  };
  const step = (name: string, triggers: string, work: () => void): void => {
    if (world.steps[name] === triggers) return;
    work();
    world.steps = { ...world.steps, [name]: triggers };
  };
  try {
    const descent = consentedDescent({
      settings: world.file,
      release: { hops: knownHops, downgradeJob },
    });
    if (descent !== undefined)
      step("down", descent.job.metadata.name, () => {
        goDown(world, descent, pass);
      });
    pass("after the way down");
    step("schema", `${world.file.version} ${plan.occasion}`, () => {
      if (plan.cameBack !== undefined) return;
      answers(world);
      if (descent !== undefined && world.without !== "the schema step knows of the way down")
        goDown(world, descent, pass);
      migrateHop(world, pass);
    });
    pass("after the schema");
    rollOut(world, plan, step, pass);
    // What the program no longer asks for is taken out of the state at the end, and not where a run was cut off.
    if (descent === undefined)
      world.steps = Object.fromEntries(Object.entries(world.steps).filter(([name]) => name !== "down"));
    return "ended well";
  } catch (error) {
    if (error instanceof Killed) return "killed";
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const downgradeJob = (revision: string, from: string): KubernetesObject => ({
  ...{ apiVersion: "batch/v1", kind: "Job" },
  metadata: { name: `down-${from}-${revision}` },
});

type Pass = (moment: HopMoment) => void;
type Step = (name: string, triggers: string, work: () => void) => void;

function answers({ silent }: HopWorld): void {
  if (silent) throw new Error("the database does not answer");
}

/** As `goDown` of the schema step: nothing that is not needed at this moment. */
function goDown(
  world: HopWorld,
  { revision, revisions, from, deletes }: NonNullable<ReturnType<typeof consentedDescent>>,
  pass: Pass,
): void {
  answers(world);
  if (world.head === revision) return;
  if (world.head !== "" && !revisions.includes(world.head))
    throw new Error(`the image of ${from} does not know ${world.head}`);
  if (revisions.indexOf(world.head) < revisions.indexOf(revision)) return;
  world.serving = undefined;
  world.stopped = true;
  world.stops += 1;
  pass("while the writers are stopped");
  const isSaved = world.without !== "rows that go are saved";
  if (isSaved && deletes.includes("places")) world.saved = [...world.saved, ...world.places];
  world.descents.push({
    release: world.file.version,
    consent: world.file.consents.downgrade?.release,
  });
  if (deletes.includes("places")) world.places = [];
  world.head = revision;
  pass("behind the way down");
}

function migrateHop(world: HopWorld, pass: Pass): void {
  const release = world.file.version;
  const own = { release, revisions: revisionsOf(knownHops, release) ?? [] };
  if (isOwn(world.head, own)) return;
  world.head = headOfRelease(release);
  world.completed = [...world.completed, release];
  pass("while the schema is migrated");
  judgeRevision(world.head, own, "the database");
}

function rollOut(world: HopWorld, { occasion, cameBack }: Plan, step: Step, pass: Pass): void {
  const { version } = world.file;
  const start = (): void => {
    world.serving = version;
    world.stopped = false;
  };
  if (world.declared !== version) {
    world.declared = version;
    world.generation += 1;
    if (fitsHop(version, world.head)) start();
  }
  pass("after the workloads were applied");
  const touched = `${world.generation} | ${occasion}`;
  step("rollout", touched, () => {
    if (!fitsHop(version, world.head)) throw new Error("its pods never get ready");
    start();
  });
  pass("after the rollout");
  step("verification", `${version} | ${touched} | ${world.steps["schema"] ?? ""}`, () => {
    if (world.serving !== version) throw new Error("the release does not serve");
    if (!fitsHop(version, world.head)) throw new Error("its health check fails");
    if (cameBack === undefined) answers(world);
    const verifiedAt = new Date(world.now * 60_000).toISOString();
    world.evidence = { version, schemaHead: world.head, verifiedAt, occasion, cameBack };
  });
}
