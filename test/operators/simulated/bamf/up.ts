import { vi } from "vitest";
import { consentedDescent } from "../../../../components/kubernetes/gateway/consented-descent";
import type { KubernetesObject } from "../../../../components/kubernetes/objects/object";
import { isOwn, judgeRevision } from "../../../../components/steps/schema/revision";
import { revisionsOf } from "../../../../components/upgrade/plan/hops";
import type { Plan } from "../../../../components/upgrade/plan/plan";
import { known } from "../../../bamf/known";
import { decideBamf, type WantedBamf } from "./decide";
import { beginRun, Killed, type BamfKill, type BamfRun } from "./run";
import { rollOutWaves, type Step } from "./waves";
import { fitsBamf, headOfBamf, type BamfWorld } from "./world";

/** How an `up` ended. */
export type BamfEnd =
  | { readonly kind: "refused"; readonly by: readonly string[]; readonly why: string }
  | { readonly kind: "killed" }
  | { readonly kind: "ended by the policy"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "ended well"; readonly ran: readonly string[] };

/** A run of the roll that the policy for sessions, or the lack of another bridge, has ended. */
const BY_POLICY = /the roll of the bridges ends here|keeps its release, since|keeps serving, since/;

/** Simulates `pulumi up` as the chapters order it; the decisions are the program's own. */
export async function upBamf(world: BamfWorld, kill?: BamfKill): Promise<BamfEnd> {
  const { plan, stops, release } = decideBamf(world);
  if (stops.length > 0)
    return {
      kind: "refused",
      by: stops.map(({ gate }) => gate),
      why: stops.map(({ found }) => found).join("; "),
    };
  const run = beginRun(world, kill);
  const ran: string[] = [];
  const step: Step = async (name, triggers, work) => {
    if (world.steps[name] === triggers) return;
    ran.push(name);
    await work();
    world.steps = { ...world.steps, [name]: triggers };
  };
  vi.setSystemTime(world.now);
  try {
    await change(run, plan, release, step);
    await rollOutWaves(run, plan, release, step);
    await step("verification", verificationTrigger(world, release, plan), () => {
      verify(world, plan, release);
    });
    forgetDescent(world, release);
    return { kind: "ended well", ran };
  } catch (error) {
    if (error instanceof Killed) return { kind: "killed" };
    const why = error instanceof Error ? error.message : String(error);
    return { kind: BY_POLICY.test(why) ? "ended by the policy" : "failed", why };
  }
}

const downgradeJob = (revision: string, from: string): KubernetesObject => ({
  ...{ apiVersion: "batch/v1", kind: "Job" },
  metadata: { name: `down-${from}-${revision}` },
});

const descentIn = ({ file, without }: BamfWorld, { hops }: WantedBamf) =>
  without === "the schema goes down before the old API starts"
    ? undefined
    : consentedDescent({ settings: file, release: { hops, downgradeJob } });

/** What the program no longer asks for is taken out of the state at the end, and not where a run was cut off. */
function forgetDescent(world: BamfWorld, release: WantedBamf): void {
  if (descentIn(world, release) !== undefined) return;
  world.steps = Object.fromEntries(Object.entries(world.steps).filter(([name]) => name !== "down"));
}

function answers({ silent }: BamfWorld): void {
  if (silent) throw new Error("the database does not answer");
}

/** The chapter schema: first down, as far as the operator has consented to it, and then up. */
async function change(run: BamfRun, plan: Plan, release: WantedBamf, step: Step): Promise<void> {
  const { world } = run;
  const descent = descentIn(world, release);
  if (descent !== undefined) {
    await step("down", descent.job.metadata.name, () => {
      goDown(run, descent);
    });
  }
  run.pass("after the way down");
  await step("schema", `${world.file.version} ${plan.occasion}`, () => {
    if (plan.cameBack !== undefined) return;
    answers(world);
    if (descent !== undefined) goDown(run, descent);
    migrate(run, release);
  });
  run.pass("after the schema");
}

/** As `goDown` of the schema step: nothing that is not needed at this moment. */
function goDown(
  run: BamfRun,
  { revision, revisions, from, deletes }: NonNullable<ReturnType<typeof consentedDescent>>,
): void {
  const { world } = run;
  answers(world);
  if (world.head === revision) return;
  if (world.head !== "" && !revisions.includes(world.head))
    throw new Error(`the image of ${from} does not know ${world.head}`);
  if (revisions.indexOf(world.head) < revisions.indexOf(revision)) return;
  const consent = world.file.consents.downgrade;
  if (consent?.release !== world.file.version) world.broken.push("a way down without a consent");
  world.serving = undefined;
  world.stopped = true;
  world.stops += 1;
  run.pass("while the writers are stopped");
  if (deletes.includes("revoked_certificates")) {
    if (world.without !== "rows that go are saved")
      world.saved = [...world.saved, ...world.revoked];
    world.revoked = [];
  }
  world.head = revision;
  run.pass("behind the way down");
}

function migrate(run: BamfRun, { hops }: WantedBamf): void {
  const { world } = run;
  const release = world.file.version;
  const own = { release, revisions: revisionsOf(hops, release) ?? [] };
  if (isOwn(world.head, own)) return;
  const before = world.head;
  const place = (id: string) => known.revisions.findIndex((one) => one.id === id);
  const passed = known.revisions.slice(place(before) + 1, place(headOfBamf(release)) + 1);
  if (world.serving !== undefined && passed.some((one) => one.before === "breaks")) {
    const { window } = world.file.consents;
    if (window?.release !== release)
      world.broken.push(`${world.serving} fails on the schema of ${release} without a consent`);
  }
  // The older image does not know where a newer schema is, and fails.
  if (place(before) > place(headOfBamf(release)))
    throw new Error(`the image of ${release} cannot locate revision ${before}`);
  world.head = headOfBamf(release);
  world.completed = [...new Set([...world.completed, release])];
  run.pass("while the schema is migrated");
  judgeRevision(world.head, own, "the database");
}

const verificationTrigger = (world: BamfWorld, { configHash }: WantedBamf, plan: Plan): string =>
  [configHash, ...Object.values(world.generation), world.steps["schema"], plan.occasion].join(
    " | ",
  );

/** The chapter verification: what runs is what was wanted. */
function verify(world: BamfWorld, { occasion, cameBack }: Plan, { configHash }: WantedBamf): void {
  const { version } = world.file;
  const running = [
    world.serving,
    world.proxies,
    world.agents,
    ...Object.values(world.bridges).map(({ release }) => release),
  ];
  if (running.some((release) => release !== version)) throw new Error("not all of it is there");
  if (!fitsBamf(version, world.head)) throw new Error("its health check fails");
  if (cameBack === undefined) answers(world);
  const verifiedAt = new Date(world.now).toISOString();
  world.evidence = { version, configHash, schemaHead: world.head, verifiedAt, occasion, cameBack };
}
