import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import type { AdoptionInput } from "../../components/steps/adoption-input";
import type { Finding } from "../../components/upgrade/finding";
import { planUpgrade } from "../../components/upgrade/plan/plan";

const object = (kind: string, name: string, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "smoltbot" },
  spec: {},
});
/** What every step prints. */
export const evidence = JSON.stringify({
  version: "1.1.0",
  digests: {},
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-01-01T00:00:00Z",
  probes: { sent: 1, failed: 0 },
  restarts: 0,
});
/** What the gateway's Secret holds. */
const secrets = { SUPABASE_KEY: "hunter2" };

/** What the chapter's step is told; these tests need none of it. */
type Input<Chapter extends new (name: string, args: never) => unknown> =
  ConstructorParameters<Chapter>[1] extends { readonly input: infer T } ? T : never;

/** What may be another in a story than in the plain one. */
export interface StoryOptions {
  /** @defaultValue none */
  readonly findings?: readonly Finding[];
  /** What the restore is told. @defaultValue undefined: no consent */
  readonly consented?: object;
  /** @defaultValue nothing is adopted */
  readonly adoption?: AdoptionInput;
  /** @defaultValue false */
  readonly removable?: boolean;
  /** Goes back from 1.1.0 to 1.0.0. @defaultValue false: the upgrade from 1.0.0 to 1.1.0 */
  readonly back?: boolean;
}

/** Registers every chapter of a minor upgrade or of its way back, in the order of the program. */
export async function tellStory({
  findings = [],
  consented,
  adoption,
  removable = false,
  back = false,
}: StoryOptions = {}): Promise<void> {
  const { Availability } = await import("../../components/upgrade/chapters/availability");
  const { Backup } = await import("../../components/upgrade/chapters/backup");
  const { Configuration } = await import("../../components/upgrade/chapters/configuration");
  const {
    Preflight,
    stopUpIfBlocked: letOn,
    failIfBlocked: conclude,
  } = await import("../../components/upgrade/chapters/preflight");
  const { Restore } = await import("../../components/upgrade/chapters/restore");
  const { Rollout } = await import("../../components/upgrade/chapters/rollout");
  const { Schema } = await import("../../components/upgrade/chapters/schema");
  const { Verification } = await import("../../components/upgrade/chapters/verification");
  const [wanted, verified] = back ? ["1.0.0", "1.1.0"] : ["1.1.0", "1.0.0"];
  const schema = { schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" };
  const plan = planUpgrade({ wanted, verified, running: [verified], schema });
  const { cameBack } = plan;
  const preflight = new Preflight("smoltbot", { plan, findings, unchanged: false });
  letOn([preflight]);
  const save = (after: ConstructorParameters<typeof Backup>[1]["after"]) =>
    new Backup("smoltbot", {
      after,
      cameBack,
      input: { release: wanted } as Input<typeof Backup>,
      secrets: { DATABASE_URL: "postgresql://u:hunter2@db/x" },
    });
  const saved = cameBack === undefined ? save(preflight) : undefined;
  const restore = new Restore("smoltbot", {
    after: saved ?? preflight,
    input: consented as Input<typeof Restore>,
    secrets: {},
  });
  const configuration = new Configuration("smoltbot", {
    after: restore,
    namespace: "smoltbot",
    secret: { name: "gateway", values: secrets },
    removable,
    objects: [object("ConfigMap", "gateway"), object("Service", "gateway")],
  });
  const migrated = new Schema("smoltbot", {
    after: configuration,
    cameBack,
    occasion: plan.occasion,
    job: object("Job", "migrate", "batch/v1"),
    input: {} as Input<typeof Schema>,
    secrets: {},
  });
  const availability = new Availability("smoltbot", {
    after: configuration,
    workload: "gateway",
    namespace: "smoltbot",
    labels: {},
    selector: {},
    minAvailable: 1,
    autoscaling: { minReplicas: 2, maxReplicas: 4, targetCpu: 70 },
  });
  const rollout = new Rollout("smoltbot", {
    after: migrated,
    guardedBy: availability,
    restored: restore,
    occasion: plan.occasion,
    workloads: [object("Deployment", "gateway", "apps/v1")],
    removable,
    input: {} as Input<typeof Rollout>,
    secrets: { REDACT: '["hunter2"]' },
    adoption,
  });
  if (saved === undefined) save(rollout);
  new Verification("smoltbot", {
    after: rollout,
    on: migrated,
    cameBack,
    occasion: plan.occasion,
    known: {},
    input: { wayBack: "revert" } as Input<typeof Verification>,
    secrets: {},
  });
  conclude([preflight]);
}
