import { chartFor } from "../config/chart-schema";
import { selectorOf, type Workload } from "../kubernetes/edits/workload";
import { assembleRelease } from "../kubernetes/gateway/assemble-release";
import type { KubernetesRelease } from "../kubernetes/gateway/product";
import { chartNames } from "../kubernetes/helm/chart-names";
import type { ValuesCheck } from "../kubernetes/helm/check-values";
import { aboutChart, type AboutChart, type Rendering } from "../kubernetes/helm/render";
import { renderChecked } from "../kubernetes/helm/render-checked";
import type { KubernetesObject } from "../kubernetes/objects/object";
import { valueAt, type Values } from "../upgrade/values";
import { knownReleases, newsIn, releaseOf, type BamfCatalogue } from "./catalogue";
import { availabilityOf } from "./availability";
import { bridgeOptions } from "./bridge-options";
import { chartParts, hasPods } from "./chart-parts";
import { chartValues, tagOf } from "./chart-values";
import type { BamfConfig } from "./config";
import { editWorkload } from "./edits";
import { bamfHops } from "./hops";
import { alembicJob } from "./migration-job";
import { bamfNames, CHART, type BamfNames } from "./names";
import { fromOwnSecret, type OwnSecret } from "./pod-secrets";
import { limitsByName, mostOf, rollsOf, type Rolls } from "./rolls";
import { agentRoll } from "./sessions/agent-roll";
import { bridgeRoll } from "./sessions/bridge-roll";
import { limitSeconds, type Roll } from "./time-limits";
import { wantedValues, type WantedValues } from "./wanted-values";
import { wavesOf } from "./waves";

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

/** A remote edge and agents alone have nothing that could be verified, and no database (T-29). */
const WITHOUT_API =
  "gateways:bamf.values.core.enabled: found false, an install without an API; expected one that has its API. Fix: leave such an install to Helm, and upgrade it after its API.";

/**
 * Renders the wanted release and makes the edits that an upgrade without loss needs.
 *
 * @throws Error with Helm's own words where the chart cannot be rendered, and one that names every fault of a broken catalogue
 */
export async function renderBamf(
  config: BamfConfig,
  secrets: Readonly<Record<string, string>>,
  about: AboutChart = aboutChart,
): Promise<BamfRelease> {
  const { version, chart, kubernetes } = config;
  const { namespace, release } = kubernetes;
  const known = await knownReleases(config.catalogue);
  const row = releaseOf(known, version);
  const names = bamfNames(release, config.values);
  const wanted = wantedValues(known, config);
  if (wanted.set("core.enabled") === false) throw new Error(WITHOUT_API);
  const tag = tagOf(known, version);
  const values = chartValues(wanted, names, tag);
  const source = chartFor(chart, version, row?.chart.version ?? version);
  const request = { chart: source, release, namespace, values };
  const { rendering, check } = await renderChecked(request, about);
  const parts = chartParts(rendering, names);
  const secret: OwnSecret = { names, secrets, theirs: parts.theirs };
  const most = mostOf("StatefulSet", names.bridge, parts.availability);
  const bridges = { name: names.bridge, most, pauseSeconds: pauseOf(rendering, wanted) };
  const workloads = parts.workloads.map(
    editWorkload(secret, bridges, names.agent, config.rollout.surge),
  );
  const labels = selectorOf(workloads, names.gateway, CHART);
  const rolls = rollsOf(names, workloads, parts.availability);
  const jobArgs = { config, secret, labels, chartJob: parts.migration };
  const assembled = assembleRelease({
    settings: config,
    names,
    labels: chartNames(CHART, release, config.values).labels,
    rendering,
    others: parts.others.map((one) => (hasPods(one) ? fromOwnSecret(secret)(one) : one)),
    workloads,
    job: alembicJob(jobArgs, { verb: "upgrade", revision: row?.head ?? "head" }),
    availability: availabilityOf(names, workloads, parts.availability),
  });
  return {
    ...assembled,
    names,
    // Without its objects, which hold what the chart has drawn and what stands in the values in plain text.
    rendering: { chart: rendering.chart, defaults: rendering.defaults, hooks: rendering.hooks },
    catalogue: newsIn(known),
    known,
    wanted,
    check,
    values: wanted.values,
    tag,
    rolls,
    rollSeconds: limitsByName(names, rolls),
    waves: wavesOf(names, namesOf(workloads), rollsFor(config, rolls)),
    // Bridges, proxy and agents reach the database through the API alone.
    writers: [names.gateway],
    hops: bamfHops(known, wanted.values, outageSeconds(config, rolls.api)),
    downgradeJob: (revision, from) =>
      alembicJob(jobArgs, { verb: "downgrade", revision }, (image) =>
        image.replace(`:${tag}`, `:${tagOf(known, from)}`),
      ),
  };
}

/** Longest time without service where older programs fail on the schema: until it is migrated and the API is rolled. */
const outageSeconds = ({ schema }: BamfConfig, api: Roll | undefined): number =>
  schema.deadlineSeconds + (api === undefined ? 0 : limitSeconds(api));

/** How bridges and agents are rolled. */
const rollsFor = (config: BamfConfig, { bridge, agent }: Rolls) => ({
  bridges: rollOfBridges(config, bridge),
  agents: rollOfAgents(config, agent),
});

/** @param roll - undefined if the chart has rendered no bridges */
const rollOfBridges = (config: BamfConfig, roll: Roll | undefined) =>
  bridgeRoll({
    sessions: config.sessions,
    cut: config.consents.cut,
    version: config.version,
    withinSeconds: limitSeconds({ replicas: 1, graceSeconds: roll?.graceSeconds ?? 0 }),
    options: bridgeOptions(config),
  });

/** @param roll - undefined if the chart has rendered no agents */
const rollOfAgents = (config: BamfConfig, roll: Roll | undefined) =>
  agentRoll({
    sessions: config.sessions,
    cut: config.consents.cut,
    version: config.version,
    withinSeconds: limitSeconds({ replicas: 1, graceSeconds: roll?.graceSeconds ?? 0 }),
    options: bridgeOptions(config),
  });

const namesOf = (workloads: readonly Workload[]): readonly string[] =>
  workloads.map(({ metadata }) => metadata.name);

/** Seconds that a bridge pauses before it is told to end. */
function pauseOf({ defaults }: Rendering, { placeOf, set }: WantedValues): number {
  const newest = "edge.bridge.preStopSleepSeconds";
  const found = set(newest) ?? valueAt(defaults, placeOf(newest)?.split(".") ?? []);
  return typeof found === "number" ? found : 0;
}
