import { consentedDescent } from "../../../components/kubernetes/gateway/consented-descent";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { isOwn, judgeRevision } from "../../../components/steps/schema/revision";
import { revisionsOf } from "../../../components/upgrade/plan/hops";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { knownHops } from "../../upgrade/plan/known-hops";
import { decideHop, fitsHop, headOfRelease, type HopMoment, type HopWorld } from "./hops";

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
      world.steps = Object.fromEntries(
        Object.entries(world.steps).filter(([name]) => name !== "down"),
      );
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
