import type { GatewayConfig } from "../../config/schema";
import { clientSpec } from "../../postgres/client-container";
import { configPaths } from "../../upgrade/config-paths";
import { NO_DATABASES } from "../../upgrade/gate-input";
import type { Plan } from "../../upgrade/plan/plan";
import { demandsOf } from "../demands";
import type { KubernetesFacts } from "../facts/cluster-facts";
import type { KubernetesInput, KubernetesRules, RolledOutRelease } from "../gate-input";
import { recordedDefaults } from "../helm/chart-record";
import { availabilityObjects } from "../objects/availability-objects";
import { guardedBeside } from "../objects/budgets";
import { imagesOf } from "../objects/images";
import { clientJob } from "../platform/client-job";
import { consentedDescent } from "./consented-descent";
import { declaredObjects } from "./declared-objects";
import type { KubernetesProduct, KubernetesRelease } from "./product";
import { runningPods } from "./running-pods";
import type { KubernetesSettings } from "./settings";

/** What one gateway is to be, what was found of it, and the plan. */
export interface GateSubject<
  Settings extends KubernetesSettings = KubernetesSettings,
  Release extends KubernetesRelease = KubernetesRelease,
> {
  readonly config: GatewayConfig<Settings>;
  readonly release: Release;
  readonly facts: KubernetesFacts;
  readonly plan: Plan;
}

/** What the gates are asked about one gateway, with all that its product's stack file says and its release knows. */
export type GateInput<
  Settings extends KubernetesSettings = KubernetesSettings,
  Release extends KubernetesRelease = KubernetesRelease,
> = KubernetesInput & {
  readonly settings: Settings;
  /** The wanted release with all that only its product knows of it. */
  readonly rendered: Release;
};

/** What the gates are asked about one gateway. */
export function gateInput<Settings extends KubernetesSettings, Release extends KubernetesRelease>(
  product: KubernetesProduct<Settings, Release>,
  { config, release, facts, plan }: GateSubject<Settings, Release>,
): GateInput<Settings, Release> {
  const { name, settings, secrets, promotion } = config;
  const { cluster } = facts;
  const source = product.database?.source(settings);
  const wanted = wantedRelease(product, { config, release, facts });
  return {
    ...configPaths(product.name, config.instance),
    name,
    product: rulesOf(product, release),
    settings: {
      values: {},
      ignoreHooks: [],
      ...settings,
      ...(release.values === undefined ? {} : { values: release.values }),
    },
    rendered: release,
    secrets,
    promotion,
    databases: product.database?.named(config) ?? NO_DATABASES,
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
      client: source?.kind === "job" ? clientJob(clientSpec(source), source) : undefined,
      facts,
      plan,
    }),
  };
}

/** What is true of the product and of that release of it. */
function rulesOf<Settings extends KubernetesSettings, Release extends KubernetesRelease>(
  product: KubernetesProduct<Settings, Release>,
  release: Release,
): KubernetesRules {
  const hook = product.migrationHook?.(release.names);
  return {
    requiredKeys: [],
    requiredValues: [],
    tagForms: {},
    urlRules: [],
    valueTraps: [],
    openValues: [],
    sharedKeys: [],
    drainSeconds: 0,
    ...product.rules?.(release),
    catalogue: release.catalogue,
    modelledHooks: hook === undefined ? [] : [`Job/${hook}`],
  };
}

function wantedRelease<Settings extends KubernetesSettings, Release extends KubernetesRelease>(
  product: KubernetesProduct<Settings, Release>,
  { config, release, facts: { cluster } }: Omit<GateSubject<Settings, Release>, "plan">,
): RolledOutRelease {
  const { rendering, names, availability, workloads, job } = release;
  const down = consentedDescent({ settings: config.settings, release })?.job;
  const rolledOut = [...workloads, ...availabilityObjects(availability)];
  return {
    configHash: release.configHash,
    images: imagesOf([...workloads, ...(job === undefined ? [] : [job])]),
    downgradeImages: imagesOf(down === undefined ? [] : [down]),
    chart: rendering?.chart,
    settings: product.settingNames(config),
    declared: declaredObjects(release),
    applied: declaredObjects(
      { ...release, configuration: release.appliedConfiguration ?? release.configuration },
      release.applied,
    ),
    rolledOut,
    configuration: release.configuration,
    deployment: names.gateway,
    labels: availability.selector,
    budget: availability.workload,
    guarded: guardedBeside(names.gateway, [...rolledOut, ...release.configuration]),
    secret: names.fullname,
    mended: product.mayBeUnready?.(names) ?? [],
    migration: job?.metadata.name,
    downgrade: down?.metadata.name,
    migrationHook: product.migrationHook?.(names),
    hooks: rendering?.hooks ?? [],
    defaults: {
      before: cluster.observed ? recordedDefaults(cluster.value.record) : undefined,
      after: rendering?.defaults ?? {},
    },
  };
}
