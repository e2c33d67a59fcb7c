import type { GatewaysConfig, SmoltbotConfig } from "../config/schema";
import type { Workload } from "../kubernetes/edits/workload";
import type { AdoptionInput } from "../steps/adoption/adoption";
import { toHide } from "../steps/redact";
import type { AvailabilityArgs } from "../upgrade/availability-objects";
import type { BackupArgs } from "../upgrade/backup";
import type { ConfigurationArgs } from "../upgrade/configuration";
import type { RestoreArgs } from "../upgrade/restore";
import type { RolloutArgs } from "../upgrade/rollout";
import type { SchemaArgs } from "../upgrade/schema";
import type { VerificationArgs } from "../upgrade/verification";
import { databaseSource } from "./database-source";
import { declaredObjects } from "./declared-objects";
import type { SmoltbotRelease } from "./release";
import { migrationImage } from "./migration-job";
import { secretValues } from "./secret-values";
import { settingsOf } from "./settings";
import { instanceName } from "./instance-name";
import { GATEWAY_CONTAINER, REQUESTS_METRIC } from "./running-versions";

/** Port of the gateway, whatever PORT says. Source: mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/deployment-gateway.yaml */
const PORT = 8787;

/** Label that tells the gateway's pods from the observer's; the chart's Service selects by it, too. */
const COMPONENT = "app.kubernetes.io/component";

/** What each chapter of the upgrade is given: a function of the stack file and the chart alone (law 1). */
export interface SmoltbotChapters {
  readonly backup: Omit<BackupArgs, "after">;
  readonly restore: Omit<RestoreArgs, "after">;
  readonly configuration: Omit<ConfigurationArgs, "after">;
  readonly schema: Omit<SchemaArgs, "after">;
  readonly availability: AvailabilityArgs;
  readonly rollout: Omit<RolloutArgs, "after" | "guardedBy" | "restored" | "occasion">;
  readonly verification: Omit<VerificationArgs, "after" | "on" | "occasion">;
}

export function smoltbotChapters(
  config: GatewaysConfig,
  release: SmoltbotRelease,
  stack: string,
): SmoltbotChapters {
  const { name, smoltbot, smoltbotSecrets, smoltbotDatabaseUrl, smoltbotPrometheusToken } = config;
  const { namespace } = smoltbot.kubernetes;
  const hidden = toHide(secretValues(config));
  const database: Readonly<Record<string, string>> = {
    ...hidden,
    ...(smoltbotDatabaseUrl === undefined ? {} : { DATABASE_URL: smoltbotDatabaseUrl }),
  };
  return {
    backup: backupOf(name, smoltbot, release, stack, database),
    restore: restoreOf(name, smoltbot, release, stack, database),
    configuration: {
      namespace,
      secret: { name: release.names.fullname, values: smoltbotSecrets },
      objects: release.configuration,
      removable: isRemovable(smoltbot),
    },
    schema: schemaOf(
      name,
      smoltbot,
      release,
      database,
      backupOf(name, smoltbot, release, stack, database),
    ),
    availability: release.availability,
    rollout: rolloutOf(smoltbot, release, hidden),
    verification: verificationOf(config, release, stack, {
      ...database,
      ...(smoltbotPrometheusToken === undefined
        ? {}
        : { PROMETHEUS_TOKEN: smoltbotPrometheusToken }),
    }),
  };
}

type Secrets = Readonly<Record<string, string>>;

const backupOf = (
  gateway: string,
  smoltbot: SmoltbotConfig,
  release: SmoltbotRelease,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["backup"] => ({
  input: {
    gateway,
    stack,
    release: smoltbot.version,
    source: databaseSource(smoltbot),
    directory: smoltbot.backup.directory,
    keep: smoltbot.backup.keep,
    ...cluster(smoltbot),
    gatewaySelector: release.availability.selector,
    gatewayContainer: GATEWAY_CONTAINER,
    format: smoltbot.backup.format,
  },
  secrets,
});

/** Where a step finds its objects. */
const cluster = ({ kubernetes: { kubeconfig, context, namespace } }: SmoltbotConfig) => ({
  kubeconfig,
  context,
  namespace,
});

function restoreOf(
  gateway: string,
  smoltbot: SmoltbotConfig,
  release: SmoltbotRelease,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["restore"] {
  const { restore: consent } = smoltbot.consents;
  // The word for one release is none for another.
  if (consent?.release !== smoltbot.version) return { input: undefined, secrets };
  return {
    input: {
      ...cluster(smoltbot),
      gateway,
      stack,
      release: smoltbot.version,
      dump: consent.dump,
      directory: smoltbot.backup.directory,
      source: databaseSource(smoltbot),
      deployments: release.workloads.map(({ metadata }) => metadata.name),
    },
    secrets,
  };
}

const schemaOf = (
  gateway: string,
  smoltbot: SmoltbotConfig,
  release: SmoltbotRelease,
  secrets: Secrets,
  backup: SmoltbotChapters["backup"],
): SmoltbotChapters["schema"] => ({
  job: release.job,
  input: {
    ...cluster(smoltbot),
    gateway,
    instance: smoltbot.kubernetes.release,
    job: release.job.metadata.name,
    manifest: release.job,
    release: release.version,
    ...(smoltbot.adopt ? { adopted: true } : {}),
    gatewaySelector: release.availability.selector,
    gatewayContainer: GATEWAY_CONTAINER,
    deadlineSeconds: smoltbot.schema.deadlineSeconds,
    source: databaseSource(smoltbot),
    backup: backup.input,
    maxAgeMinutes: smoltbot.backup.maxAgeMinutes,
  },
  secrets,
});

/** The word for one release is none for another. */
const isRemovable = ({ version, consents }: SmoltbotConfig): boolean =>
  consents.removal?.release === version;

const rolloutOf = (
  smoltbot: SmoltbotConfig,
  release: SmoltbotRelease,
  secrets: Secrets,
): SmoltbotChapters["rollout"] => ({
  workloads: release.applied,
  removable: isRemovable(smoltbot),
  input: {
    ...cluster(smoltbot),
    // As the chart ships it the observer never gets ready (T-01): taken over like that, it is not waited for.
    deployments: release.workloads
      .filter(({ metadata }) => !smoltbot.adopt || metadata.name === release.names.gateway)
      .map((workload) => ({
        name: workload.metadata.name,
        images: imagesOf(workload),
        ...(workload.metadata.name === release.names.gateway
          ? {
              health: { port: PORT, path: "/health/ready" },
              letGo: { label: COMPONENT, pauseSeconds: smoltbot.rollout.drainSeconds },
            }
          : {}),
      })),
    mirrors: smoltbot.kubernetes.imageMirrors,
    deadlineSeconds: smoltbot.rollout.deadlineSeconds,
    readyWithinSeconds: smoltbot.rollout.readyWithinSeconds,
  },
  secrets,
  adoption: smoltbot.adopt ? adoptionOf(smoltbot, release) : undefined,
});

const adoptionOf = (smoltbot: SmoltbotConfig, release: SmoltbotRelease): AdoptionInput => ({
  ...cluster(smoltbot),
  release: smoltbot.kubernetes.release,
  objects: declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
  })),
});

const imagesOf = (workload: Workload): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workload.spec.template.spec.containers.map(({ name, image }) => [name, image]),
  );

const verificationOf = (
  config: Pick<GatewaysConfig, "smoltbot" | "smoltbotSecrets">,
  release: SmoltbotRelease,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["verification"] => {
  const { smoltbot } = config;
  const { count, path, method } = smoltbot.verify.requests;
  return {
    input: {
      ...cluster(smoltbot),
      release: release.version,
      configHash: release.configHash,
      chart: { name: release.rendering.chart.name, version: release.rendering.chart.version },
      settings: [...settingsOf(config)],
      migration: { job: release.job.metadata.name, image: migrationImage(smoltbot) },
      workloads: release.workloads.flatMap((workload) =>
        Object.entries(imagesOf(workload)).map(([container, image]) => ({
          name: workload.metadata.name,
          container,
          image,
          http: workload.metadata.name === release.names.gateway,
          ...(smoltbot.adopt && workload.metadata.name !== release.names.gateway
            ? { mayBeUnready: true }
            : {}),
        })),
      ),
      service: { name: release.names.fullname, port: PORT },
      requests: count,
      proxied: { method, ...(path === undefined ? {} : { path }) },
      url: smoltbot.verify.url,
      ignoreLogs: smoltbot.verify.ignoreLogs,
      mirrors: smoltbot.kubernetes.imageMirrors,
      seconds: smoltbot.verify.seconds,
      maxErrorRate: smoltbot.verify.maxErrorRate,
      requestsMetric: REQUESTS_METRIC,
      prometheus: smoltbot.verify.prometheus,
      reportedVersion: instanceName(smoltbot.values),
      source: databaseSource(smoltbot),
      wayBack: `change gateways:smoltbot.version in Pulumi.${stack}.yaml back to the release before, and run pulumi up --stack ${stack}`,
    },
    secrets,
  };
};
