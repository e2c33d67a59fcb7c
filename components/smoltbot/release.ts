import { join } from "node:path";
import type { SmoltbotConfig } from "./config";
import { COMPONENTS } from "../root";
import { drainGracefully } from "../kubernetes/edits/drain-gracefully";
import { leaveReplicasToAutoscaler } from "../kubernetes/edits/leave-replicas-to-autoscaler";
import { rollOnSecretChange } from "../kubernetes/edits/roll-on-secret-change";
import { rollWithoutLoss } from "../kubernetes/edits/roll-without-loss";
import { withoutHttp } from "../kubernetes/edits/without-http";
import { inOrder, selectorOf, type Edit, type Workload } from "../kubernetes/edits/workload";
import type { KubernetesObject } from "../kubernetes/objects/object";
import {
  aboutChart,
  renderChart,
  type AboutChart,
  type Rendering,
} from "../kubernetes/helm/render";
import type { AvailabilityArgs } from "../kubernetes/objects/availability-objects";
import { assembleRelease } from "../kubernetes/gateway/assemble-release";
import type { KubernetesRelease } from "../kubernetes/gateway/product";
import { fingerprint } from "../upgrade/fingerprint";
import { readCatalogue } from "../config/read-catalogue";
import { chartValues } from "./chart-values";
import { migrationJob } from "./migration-job";
import { CHART, smoltbotNames, type SmoltbotNames } from "./names";

type Labels = Readonly<Record<string, string>>;

/** What a release of smoltbot has that not every release has. */
export interface SmoltbotRelease extends KubernetesRelease {
  readonly names: SmoltbotNames;
  readonly rendering: Rendering;
  readonly job: KubernetesObject;
}

/** Used if the stack file names no other. */
const CATALOGUE = join(COMPONENTS, "smoltbot", "catalogue.yaml");

/**
 * Renders the wanted release and makes the edits that an upgrade without loss needs.
 *
 * @throws Error with Helm's own words where the chart cannot be rendered, and one that names every fault of a broken catalogue
 */
export async function renderSmoltbot(
  config: SmoltbotConfig,
  secrets: Readonly<Record<string, string>>,
  about: AboutChart = aboutChart,
): Promise<SmoltbotRelease> {
  const { namespace, release } = config.kubernetes;
  const names = smoltbotNames(release, config.values);
  const values = chartValues(config, names.fullname);
  const [rendering, catalogue] = await Promise.all([
    renderChart({ chart: config.chart, release, namespace, values }, about),
    readCatalogue(config.catalogue ?? CATALOGUE, "gateways:smoltbot.catalogue"),
  ]);
  const workloads = rendering.objects
    .filter(isDeployment)
    .map((workload) => editsOf(workload, config, names, fingerprint(secrets))(workload));
  const selector = selectorOf(workloads, names.gateway, CHART);
  const assembled = assembleRelease({
    settings: config,
    names,
    labels: instanceLabels(selector),
    rendering,
    others: rendering.objects.filter((object) => !isDeployment(object)),
    workloads,
    job: migrationJob(config, names, selector),
    availability: availabilityOf(config, names, selector),
  });
  return { ...assembled, names, rendering, catalogue };
}

function editsOf(
  { metadata }: Workload,
  { rollout, availability }: SmoltbotConfig,
  names: SmoltbotNames,
  secretChecksum: string,
): Edit {
  const common = inOrder(rollWithoutLoss(rollout.surge), rollOnSecretChange(secretChecksum));
  if (metadata.name === names.observer) return inOrder(common, withoutHttp);
  const serving = inOrder(common, drainGracefully(rollout.drainSeconds));
  return availability.autoscaling ? inOrder(serving, leaveReplicasToAutoscaler) : serving;
}

function availabilityOf(
  config: SmoltbotConfig,
  names: SmoltbotNames,
  selector: Labels,
): AvailabilityArgs {
  return {
    workload: names.gateway,
    namespace: config.kubernetes.namespace,
    labels: selector,
    selector,
    minAvailable: config.availability.minAvailable,
    autoscaling: config.availability.autoscaling,
  };
}

/** The labels that all objects of the release share, without those of one of its parts. */
const instanceLabels = (selector: Labels): Labels =>
  Object.fromEntries(Object.entries(selector).filter(([key]) => !key.endsWith("/component")));

const isDeployment = (object: KubernetesObject): object is Workload => object.kind === "Deployment";
