import { z } from "zod";
import type { Workload } from "../kubernetes/edits/workload";
import type { Rendering } from "../kubernetes/helm/render";
import type { KubernetesObject } from "../kubernetes/objects/object";
import { isWorkload } from "../kubernetes/objects/workload-kind";
import { CHART, type BamfNames } from "./names";
import { keyFor } from "./pod-secrets";

/** What the chart came to, by what becomes of it. */
export interface ChartParts {
  /** Rolled out, in waves. */
  readonly workloads: readonly Workload[];
  /** Budgets and autoscalers as the chart makes them: the bridges' follows a metric of theirs. */
  readonly availability: readonly KubernetesObject[];
  /** There before them; stores that the chart bundles among it. */
  readonly others: readonly KubernetesObject[];
  /** The migration, whether the chart has it as a hook or as a Job of its own. */
  readonly migration: KubernetesObject;
  /** Secrets that somebody else makes in the cluster from what the chart renders. */
  readonly theirs: readonly string[];
}

const AVAILABILITY: ReadonlySet<string> = new Set([
  "PodDisruptionBudget",
  "HorizontalPodAutoscaler",
]);

/**
 * Sorts what the chart has rendered. Its own Secrets are left out: ours stands for them.
 *
 * @throws Error where the chart renders a Secret for which ours does not stand, or no migration
 */
export function chartParts({ objects, hookObjects }: Rendering, names: BamfNames): ChartParts {
  const stores = ["postgresql", "redis"].map((store) => `${names.fullname}-${store}`);
  const isRolledOut = (object: KubernetesObject): object is Workload =>
    hasPods(object) && !stores.includes(object.metadata.name);
  for (const object of objects.filter(isSecret)) refuseStrange(object, names);
  const migration = [...hookObjects, ...objects].find(isMigration);
  if (migration === undefined)
    throw new Error(`the chart rendered no Job of the migration; is it the chart ${CHART}?`);
  const kept = objects.filter((object) => !isSecret(object) && !isMigration(object));
  return {
    workloads: kept.filter(isRolledOut),
    availability: kept.filter(({ kind }) => AVAILABILITY.has(kind)),
    others: kept.filter((object) => !isRolledOut(object) && !AVAILABILITY.has(object.kind)),
    migration,
    theirs: objects.flatMap((object) => externalShape.safeParse(object).data ?? []),
  };
}

/** True for what runs pods for good. */
export const hasPods = (object: KubernetesObject): object is Workload => isWorkload(object);

const isSecret = ({ apiVersion, kind }: KubernetesObject): boolean =>
  apiVersion === "v1" && kind === "Secret";

const isMigration = ({ kind, metadata }: KubernetesObject): boolean =>
  kind === "Job" && metadata.labels?.["app.kubernetes.io/component"] === "migrations";

/** Source: `mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates/externalsecret-database.yaml` */
const externalShape = z
  .object({
    kind: z.literal("ExternalSecret"),
    spec: z.object({ target: z.object({ name: z.string() }) }),
  })
  .transform(({ spec }) => spec.target.name);

function refuseStrange({ metadata: { name } }: KubernetesObject, names: BamfNames): void {
  if (keyFor({ names }, name) !== undefined) return;
  throw new Error(
    `the chart renders Secret/${name}, which would keep what stands in the values in plain text. Fix: name a Secret of your own in the values instead.`,
  );
}
