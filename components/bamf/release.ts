import { join } from "node:path";
import { chartFor } from "../config/chart-schema";
import { rollOnSecretChange } from "../kubernetes/edits/roll-on-secret-change";
import { rollWithoutLoss } from "../kubernetes/edits/roll-without-loss";
import {
  editPod,
  inOrder,
  selectorOf,
  type Edit,
  type Workload,
} from "../kubernetes/edits/workload";
import { assembleRelease } from "../kubernetes/gateway/assemble-release";
import type { KubernetesRelease } from "../kubernetes/gateway/product";
import { chartNames } from "../kubernetes/helm/chart-names";
import type { ValuesCheck } from "../kubernetes/helm/check-values";
import { aboutChart, type AboutChart, type Rendering } from "../kubernetes/helm/render";
import { renderChecked } from "../kubernetes/helm/render-checked";
import type { KubernetesObject } from "../kubernetes/objects/object";
import { COMPONENTS } from "../root";
import { fingerprint } from "../upgrade/fingerprint";
import { valueAt, type Values } from "../upgrade/values";
import { newsIn, readBamfCatalogue, releaseOf, type BamfCatalogue } from "./catalogue";
import { chartValues, tagOf } from "./chart-values";
import type { BamfConfig } from "./config";
import { alembicJob } from "./migration-job";
import { bamfNames, CHART, type BamfNames } from "./names";
import { fromOwnSecret, isReplaced, valuesRead } from "./pod-secrets";
import { limitsByName, rollsOf, type Rolls } from "./rolls";
import { wantedValues, type WantedValues } from "./wanted-values";
import { wavesOf } from "./waves";

type Secrets = Readonly<Record<string, string>>;

/** What a release of BAMF has that not every release has. */
export interface BamfRelease extends KubernetesRelease {
  readonly names: BamfNames;
  readonly rendering: NonNullable<KubernetesRelease["rendering"]>;
  readonly job: KubernetesObject;
  /** All that is known about releases. */
  readonly known: BamfCatalogue;
  /** The operator's values as this release reads them, and what became of each. */
  readonly wanted: WantedValues;
  /** What the schema of the chart says about them. Where it refuses some, they are left out of what was rendered, and nothing may be rolled out. */
  readonly check: ValuesCheck;
  readonly values: Values;
  /** The tag of its images: `v0.11.0`. */
  readonly tag: string;
  /** What there is to replace of each of its parts. */
  readonly rolls: Rolls;
}

/** Used if the stack file names no other. */
const CATALOGUE = join(COMPONENTS, "bamf", "catalogue.yaml");

/**
 * Renders the wanted release and makes the edits that an upgrade without loss needs.
 *
 * @throws Error with Helm's own words where the chart cannot be rendered, and one that names every fault of a broken catalogue
 */
export async function renderBamf(
  config: BamfConfig,
  secrets: Secrets,
  about: AboutChart = aboutChart,
): Promise<BamfRelease> {
  const { version, chart, kubernetes } = config;
  const { namespace, release } = kubernetes;
  const known = await readBamfCatalogue(config.catalogue ?? CATALOGUE, "gateways:bamf.catalogue");
  const names = bamfNames(release, config.values);
  const wanted = wantedValues(known, config);
  const tag = tagOf(known, version);
  const chartVersion = releaseOf(known, version)?.chart.version ?? version;
  const { rendering, check } = await renderChecked(
    {
      chart: chartFor(chart, version, chartVersion),
      release,
      namespace,
      values: chartValues(wanted, names, tag),
    },
    about,
  );
  const { workloads, availability, others } = partsOf(rendering, names);
  const edited = workloads.map((workload) =>
    editsOf(workload, { names, secrets, pauseSeconds: pauseOf(rendering, wanted) })(workload),
  );
  const selector = selectorOf(edited, names.gateway, CHART);
  const job = alembicJob(
    { config, secrets, names, labels: selector, chartJob: migrationIn(rendering) },
    { verb: "upgrade", revision: releaseOf(known, version)?.head ?? "head" },
  );
  const rolls = rollsOf(names, edited, availability);
  const assembled = assembleRelease({
    settings: config,
    names,
    labels: chartNames(CHART, release, config.values).labels,
    rendering,
    others: others.map((object) =>
      hasPods(object) ? fromOwnSecret(names, secrets)(object) : object,
    ),
    workloads: edited,
    job,
    availability: {
      workload: names.gateway,
      namespace,
      labels: selector,
      selector,
      minAvailable: 1,
      objects: availability,
    },
  });
  const { defaults, hooks } = rendering;
  return {
    ...assembled,
    names,
    // Without its objects, which hold what the chart has drawn and what stands in the values in plain text.
    rendering: { chart: rendering.chart, defaults, hooks },
    catalogue: newsIn(known),
    known,
    wanted,
    check,
    values: wanted.values,
    tag,
    rolls,
    rollSeconds: limitsByName(names, rolls),
    waves: wavesOf(
      names,
      edited.map(({ metadata }) => metadata.name),
    ),
  };
}

interface Parts {
  /** Rolled out, in waves. */
  readonly workloads: readonly Workload[];
  /** Budgets and autoscalers, as the chart makes them: those of the bridges follow a metric of theirs. */
  readonly availability: readonly KubernetesObject[];
  /** There before them; stores that the chart bundles among it. */
  readonly others: readonly KubernetesObject[];
}

const AVAILABILITY: ReadonlySet<string> = new Set([
  "PodDisruptionBudget",
  "HorizontalPodAutoscaler",
]);

/** @throws Error where the chart renders a Secret for which our own one does not stand */
function partsOf({ objects }: Rendering, names: BamfNames): Parts {
  const stores = ["postgresql", "redis"].map((store) => `${names.fullname}-${store}`);
  const isRolledOut = (object: KubernetesObject): object is Workload =>
    hasPods(object) && !stores.includes(object.metadata.name);
  const kept = objects.filter((object) => !isSecret(object) && !isMigration(object));
  const strange = objects.find(
    (object) => isSecret(object) && !isReplaced(names, object.metadata.name),
  );
  if (strange !== undefined)
    throw new Error(
      `the chart renders Secret/${strange.metadata.name}, which would keep secrets of the values in plain text; name a Secret of your own in the values instead`,
    );
  return {
    workloads: kept.filter(isRolledOut),
    availability: kept.filter(({ kind }) => AVAILABILITY.has(kind)),
    others: kept.filter((object) => !isRolledOut(object) && !AVAILABILITY.has(object.kind)),
  };
}

const isSecret = ({ apiVersion, kind }: KubernetesObject): boolean =>
  apiVersion === "v1" && kind === "Secret";

const hasPods = (object: KubernetesObject): object is Workload =>
  object.kind === "Deployment" || object.kind === "StatefulSet";

const isMigration = ({ kind, metadata }: KubernetesObject): boolean =>
  kind === "Job" && metadata.labels?.["app.kubernetes.io/component"] === "migrations";

/** The migration, whether the chart has it as a hook or as a Job of its own. */
function migrationIn({ hookObjects, objects }: Rendering): KubernetesObject {
  const found = [...hookObjects, ...objects].find(isMigration);
  if (found === undefined)
    throw new Error(`the chart rendered no Job of the migration; is it the chart ${CHART}?`);
  return found;
}

/** Seconds that a bridge pauses before it is told to end. */
function pauseOf({ defaults }: Rendering, { placeOf, set }: WantedValues): number {
  const newest = "edge.bridge.preStopSleepSeconds";
  const found = set(newest) ?? valueAt(defaults, placeOf(newest)?.split(".") ?? []);
  return typeof found === "number" ? found : 0;
}

/**
 * - What has requests gives up no pod before its successor serves.
 * - What reads a token or the URL of the database once rolls when it changes (T-22); a bridge reads its token anew at each start, and to roll it may cut sessions.
 * - A bridge has its whole grace period for its sessions: the pause before the end signal counts against it, and its own limit does not know of the pause.
 */
function editsOf(
  workload: Workload,
  {
    names,
    secrets,
    pauseSeconds,
  }: { readonly names: BamfNames; readonly secrets: Secrets; readonly pauseSeconds: number },
): Edit {
  const own = fromOwnSecret(names, secrets);
  if (workload.kind === "StatefulSet") return inOrder(own, beyondPause(pauseSeconds));
  const read = valuesRead(names, own(workload), secrets);
  const common = inOrder(own, rollWithoutLoss);
  return Object.keys(read).length === 0
    ? common
    : inOrder(common, rollOnSecretChange(fingerprint(read)));
}

const beyondPause = (pauseSeconds: number): Edit =>
  editPod((pod) => {
    const grace = pod["terminationGracePeriodSeconds"];
    return typeof grace === "number"
      ? { ...pod, terminationGracePeriodSeconds: grace + pauseSeconds }
      : pod;
  });
