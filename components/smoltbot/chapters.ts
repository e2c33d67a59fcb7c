import type { GatewayConfig, SmoltbotConfig } from "../config/schema";
import type { AdoptionInput } from "../steps/adoption-input";
import { toHide } from "../upgrade/redact";
import { GIB, UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import type { AvailabilityArgs } from "../kubernetes/objects/availability-objects";
import type { BackupArgs } from "../upgrade/chapters/backup";
import type { ConfigurationArgs } from "../upgrade/chapters/configuration";
import type { Identity } from "../upgrade/evidence/identity";
import type { RestoreArgs } from "../upgrade/chapters/restore";
import type { RolloutArgs } from "../upgrade/chapters/rollout";
import type { SchemaArgs } from "../upgrade/chapters/schema";
import type { VerificationArgs } from "../upgrade/chapters/verification";
import { backupSecrets } from "./backup-secrets";
import { databaseSource } from "./database-source";
import { declaredObjects } from "./declared-objects";
import type { SmoltbotRelease } from "./release";
import { secretValues } from "./secret-values";
import { GATEWAY_CONTAINER } from "./running-versions";
import { cluster, imagesOf, PORT, verificationOf } from "./verification-chapter";

/** Label that tells the gateway's pods from the observer's; the chart's Service selects by it, too. */
const COMPONENT = "app.kubernetes.io/component";

/** What each chapter of the upgrade is given: a function of the stack file and the chart alone (law 1). */
export interface SmoltbotChapters {
  readonly backup: Omit<BackupArgs, "after" | "cameBack">;
  readonly restore: Omit<RestoreArgs, "after">;
  readonly configuration: Omit<ConfigurationArgs, "after">;
  readonly schema: Omit<SchemaArgs, "after" | "cameBack" | "occasion">;
  readonly availability: AvailabilityArgs;
  readonly rollout: Omit<RolloutArgs, "after" | "guardedBy" | "restored" | "occasion">;
  readonly verification: Omit<VerificationArgs, "after" | "on" | "occasion" | "cameBack">;
}

/** What a gateway is called: its stack today, and by what it has been known since its first `up`. */
export interface CalledNames {
  readonly stack: string;
  readonly known: Identity;
}

export function smoltbotChapters(
  config: GatewayConfig,
  release: SmoltbotRelease,
  { stack, known }: CalledNames,
): SmoltbotChapters {
  const { name, settings, secrets, prometheusToken } = config;
  const { namespace } = settings.kubernetes;
  const hidden = toHide(secretValues(config));
  const database: Readonly<Record<string, string>> = {
    ...hidden,
    ...connectionsOf(config),
  };
  const dumps = { ...database, ...backupSecrets(config) };
  const backup = backupOf(name, settings, release, known.stack, dumps);
  return {
    backup,
    restore: restoreOf(name, settings, release, known.stack, dumps),
    configuration: {
      namespace,
      secret: { name: release.names.fullname, values: secrets },
      objects: release.configuration,
      removable: isRemovable(settings),
    },
    schema: schemaOf(name, settings, release, dumps, backup),
    availability: release.availability,
    rollout: rolloutOf(settings, release, hidden),
    verification: {
      ...verificationOf(config, release, stack, {
        ...database,
        ...(prometheusToken === undefined ? {} : { PROMETHEUS_TOKEN: prometheusToken }),
      }),
      known: { context: known.context, kubeconfig: known.kubeconfig },
    },
  };
}

/** The operator's own ways to databases, each where there is one. */
const connectionsOf = ({
  settings: { backup },
  databaseUrl: live,
  scratchUrl: scratch,
}: GatewayConfig): Secrets => ({
  ...(live === undefined ? {} : { DATABASE_URL: live }),
  ...(scratch === undefined || backup.scratch === undefined ? {} : { SCRATCH_URL: scratch }),
});

type Secrets = Readonly<Record<string, string>>;

/** Where the dumps lie. Without a store the steps are told what they always were: nothing of them changes. */
const placeOf = ({ backup: { directory, store } }: SmoltbotConfig) =>
  store === undefined ? { directory } : { directory, store };

const externalOf = ({ version, backup, consents }: SmoltbotConfig) =>
  backup.external === undefined
    ? {}
    : {
        external: {
          source: backup.external,
          // The word for one release is none for another.
          consented: consents.externalBackup?.release === version,
        },
      };

const backupOf = (
  gateway: string,
  settings: SmoltbotConfig,
  release: SmoltbotRelease,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["backup"] => ({
  input: {
    gateway,
    stack,
    release: settings.version,
    source: databaseSource(settings),
    ...placeOf(settings),
    ...externalOf(settings),
    ...(settings.backup.encrypt ? { encrypt: true } : {}),
    keep: settings.backup.keep,
    ...cluster(settings),
    gatewaySelector: release.availability.selector,
    gatewayContainer: GATEWAY_CONTAINER,
    format: settings.backup.format,
    ...excluding(settings.backup.exclude),
    ...(settings.backup.scratch === undefined ? {} : { scratch: { kind: "url" } as const }),
    ...(settings.backup.unseenRoomGiB === UNSEEN_ROOM_GIB
      ? {}
      : { largestUnseen: settings.backup.unseenRoomGiB * GIB }),
    ...(settings.consents.scratch?.release === settings.version ? { mayFillServer: true } : {}),
    ...(settings.consents.noWayBack?.release === settings.version ? { mayLackWayBack: true } : {}),
    ...(settings.backup.onTheWayBack ? { onTheWayBack: true } : {}),
  },
  secrets,
});

const excluding = (exclude: SmoltbotConfig["backup"]["exclude"]) =>
  exclude.eventTriggers.length + exclude.extensions.length === 0 ? {} : { exclude };

function restoreOf(
  gateway: string,
  settings: SmoltbotConfig,
  release: SmoltbotRelease,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["restore"] {
  const { restore: consent } = settings.consents;
  // The word for one release is none for another.
  if (consent?.release !== settings.version) return { input: undefined, secrets };
  return {
    input: {
      ...cluster(settings),
      gateway,
      stack,
      release: settings.version,
      dump: consent.dump,
      ...(consent.over === undefined ? {} : { over: consent.over }),
      ...placeOf(settings),
      source: databaseSource(settings),
      deployments: release.workloads.map(({ metadata }) => metadata.name),
    },
    secrets,
  };
}

const schemaOf = (
  gateway: string,
  settings: SmoltbotConfig,
  release: SmoltbotRelease,
  secrets: Secrets,
  backup: SmoltbotChapters["backup"],
): SmoltbotChapters["schema"] => ({
  job: release.job,
  input: {
    ...cluster(settings),
    gateway,
    instance: settings.kubernetes.release,
    job: release.job.metadata.name,
    manifest: release.job,
    release: release.version,
    ...(settings.adopt ? { adopted: true } : {}),
    gatewaySelector: release.availability.selector,
    gatewayContainer: GATEWAY_CONTAINER,
    deadlineSeconds: settings.schema.deadlineSeconds,
    ...nodeWait(settings),
    source: databaseSource(settings),
    backup: backup.input,
    maxAgeMinutes: settings.backup.maxAgeMinutes,
  },
  secrets,
});

/** How long a pod may wait for a node; without an entry the steps have a limit of their own. */
const nodeWait = ({ rollout: { nodesOnDemand } }: SmoltbotConfig) =>
  nodesOnDemand === undefined ? {} : { unschedulableWithinSeconds: nodesOnDemand.withinSeconds };

/** The word for one release is none for another. */
const isRemovable = ({ version, consents }: SmoltbotConfig): boolean =>
  consents.removal?.release === version;

const rolloutOf = (
  settings: SmoltbotConfig,
  release: SmoltbotRelease,
  secrets: Secrets,
): SmoltbotChapters["rollout"] => ({
  workloads: release.applied,
  removable: isRemovable(settings),
  input: {
    ...cluster(settings),
    // As the chart ships it the observer never gets ready (T-01): taken over like that, it is not waited for.
    deployments: release.workloads
      .filter(({ metadata }) => !settings.adopt || metadata.name === release.names.gateway)
      .map((workload) => ({
        name: workload.metadata.name,
        images: imagesOf(workload),
        ...(workload.metadata.name === release.names.gateway
          ? {
              health: { port: PORT, path: "/health/ready" },
              drain: { label: COMPONENT, pauseSeconds: settings.rollout.drainSeconds },
            }
          : {}),
      })),
    mirrors: settings.kubernetes.imageMirrors,
    deadlineSeconds: settings.rollout.deadlineSeconds,
    readyWithinSeconds: settings.rollout.readyWithinSeconds,
    ...nodeWait(settings),
  },
  secrets,
  adoption: settings.adopt ? adoptionOf(settings, release) : undefined,
});

const adoptionOf = (settings: SmoltbotConfig, release: SmoltbotRelease): AdoptionInput => ({
  ...cluster(settings),
  release: settings.kubernetes.release,
  objects: declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
  })),
});
