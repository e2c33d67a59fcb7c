import type { GatewayConfig } from "../config/schema";
import { demandsOf } from "../kubernetes/demands";
import type { KubernetesFacts } from "../kubernetes/facts/cluster-facts";
import type { KubernetesInput, KubernetesRules } from "../kubernetes/gate-input";
import { kubernetesGates } from "../kubernetes/gates/list";
import { imagesOf } from "../kubernetes/objects/images";
import { clientJob } from "../kubernetes/platform/client-job";
import { clientSpec } from "../postgres/client-container";
import { configPaths } from "../upgrade/config-paths";
import type { Gate } from "../upgrade/gate";
import { upgradeGates } from "../upgrade/gates/list";
import { valuesNeededBy } from "../upgrade/plan/catalogue";
import type { Plan } from "../upgrade/plan/plan";
import { recordedDefaults } from "./chart-record";
import { databaseSource } from "./database-source";
import { namedDatabases } from "./databases";
import { declaredObjects } from "./declared-objects";
import { smoltbotGates, type SmoltbotInput } from "./gates/list";
import { rolledOut, type SmoltbotRelease } from "./release";
import { releaseRules, requiredKeysOf } from "./release-rules";
import { runningPods } from "./running-versions";
import { settingsOf } from "./settings";

/** Everything that the gates of a smoltbot on Kubernetes are asked about. */
export type GateInput = KubernetesInput & SmoltbotInput;

/** All gates of a smoltbot on Kubernetes: those that hold everywhere, those of the target, and its own. */
export const allGates: readonly Gate<GateInput>[] = [
  ...upgradeGates,
  ...kubernetesGates,
  ...smoltbotGates,
];

/** What one gateway is to be, what was found of it, and the plan. */
export interface GateSubject {
  readonly config: GatewayConfig;
  readonly release: SmoltbotRelease;
  readonly facts: KubernetesFacts;
  readonly plan: Plan;
}

/** What the gates are asked about one gateway. */
export function gateInput({ config, release, facts, plan }: GateSubject): GateInput {
  const { name, settings, secrets, promotion } = config;
  const { cluster } = facts;
  const source = databaseSource(settings);
  const wanted = wantedRelease(config, release, facts);
  return {
    ...configPaths("smoltbot"),
    name,
    product: rulesOf(release),
    settings,
    secrets,
    promotion,
    databases: namedDatabases(config),
    release: wanted,
    facts,
    plan,
    running: cluster.observed
      ? runningPods(cluster.value, release.availability.selector).map((pod) => pod.name)
      : undefined,
    removal: {
      takes: "its workloads, Services and Secrets",
      leaves: `namespace ${settings.kubernetes.namespace}, the database and the dumps`,
    },
    demands: demandsOf({
      gateway: name,
      settings,
      release: wanted,
      job: release.job,
      client: source.kind === "job" ? clientJob(clientSpec(source), source) : undefined,
      facts,
      plan,
    }),
  };
}

/** What is true of smoltbot and of that release of it. */
const rulesOf = ({ catalogue, version, names }: SmoltbotRelease): KubernetesRules => ({
  ...releaseRules,
  catalogue,
  requiredKeys: requiredKeysOf(catalogue, version),
  requiredValues: valuesNeededBy(catalogue, version),
  modelledHooks: [`Job/${migrationHook(names)}`],
});

const migrationHook = ({ fullname }: SmoltbotRelease["names"]): string => `${fullname}-migrate`;

const wantedRelease = (
  config: GatewayConfig,
  release: SmoltbotRelease,
  { cluster }: KubernetesFacts,
): KubernetesInput["release"] => {
  const { rendering, names, availability, workloads, job } = release;
  return {
    configHash: release.configHash,
    images: imagesOf([...workloads, job]),
    chart: rendering.chart,
    settings: settingsOf(config),
    declared: declaredObjects(release),
    applied: declaredObjects(release, release.applied),
    rolledOut: rolledOut(release),
    configuration: release.configuration,
    deployment: names.gateway,
    labels: availability.selector,
    budget: availability.workload,
    secret: names.fullname,
    // The observer's probes fail as the chart ships them (T-01); every upgrade takes them away.
    mended: [names.observer],
    migration: job.metadata.name,
    migrationHook: migrationHook(names),
    hooks: rendering.hooks,
    defaults: {
      before: cluster.observed ? recordedDefaults(cluster.value.record) : undefined,
      after: rendering.defaults,
    },
  };
};
