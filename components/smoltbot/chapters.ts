import type { GatewaysConfig, SmoltbotConfig } from "../config/schema";
import type { AdoptionInput } from "../steps/adoption/adoption";
import { toHide } from "../steps/redact";
import { GIB, UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import type { AvailabilityArgs } from "../upgrade/availability-objects";
import type { BackupArgs } from "../upgrade/backup";
import type { ConfigurationArgs } from "../upgrade/configuration";
import type { Identity } from "../upgrade/identity";
import type { RestoreArgs } from "../upgrade/restore";
import type { RolloutArgs } from "../upgrade/rollout";
import type { SchemaArgs } from "../upgrade/schema";
import type { VerificationArgs } from "../upgrade/verification";
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
  config: GatewaysConfig,
  release: SmoltbotRelease,
  { stack, known }: CalledNames,
): SmoltbotChapters {
  const { name, smoltbot, smoltbotSecrets, smoltbotPrometheusToken } = config;
  const { namespace } = smoltbot.kubernetes;
  const hidden = toHide(secretValues(config));
  const database: Readonly<Record<string, string>> = {
    ...hidden,
    ...connectionsOf(config),
  };
  const dumps = { ...database, ...backupSecrets(config) };
  const backup = backupOf(name, smoltbot, release, known.stack, dumps);
  return {
    backup,
    restore: restoreOf(name, smoltbot, release, known.stack, dumps),
    configuration: {
      namespace,
      secret: { name: release.names.fullname, values: smoltbotSecrets },
      objects: release.configuration,
      removable: isRemovable(smoltbot),
    },
    schema: schemaOf(name, smoltbot, release, dumps, backup),
    availability: release.availability,
    rollout: rolloutOf(smoltbot, release, hidden),
    verification: {
      ...verificationOf(config, release, stack, {
        ...database,
        ...(smoltbotPrometheusToken === undefined
          ? {}
          : { PROMETHEUS_TOKEN: smoltbotPrometheusToken }),
      }),
      known: { context: known.context, kubeconfig: known.kubeconfig },
    },
  };
}

/** The operator's own ways to databases, each where there is one. */
const connectionsOf = ({
  smoltbot: { backup },
  smoltbotDatabaseUrl: live,
  smoltbotScratchUrl: scratch,
}: GatewaysConfig): Secrets => ({
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
    ...placeOf(smoltbot),
    ...externalOf(smoltbot),
    ...(smoltbot.backup.encrypt ? { encrypt: true } : {}),
    keep: smoltbot.backup.keep,
    ...cluster(smoltbot),
    gatewaySelector: release.availability.selector,
    gatewayContainer: GATEWAY_CONTAINER,
    format: smoltbot.backup.format,
    ...excluding(smoltbot.backup.exclude),
    ...(smoltbot.backup.scratch === undefined ? {} : { scratch: { kind: "url" } as const }),
    ...(smoltbot.backup.unseenRoomGiB === UNSEEN_ROOM_GIB
      ? {}
      : { largestUnseen: smoltbot.backup.unseenRoomGiB * GIB }),
    ...(smoltbot.consents.scratch?.release === smoltbot.version ? { mayFillServer: true } : {}),
    ...(smoltbot.consents.noWayBack?.release === smoltbot.version ? { mayLackWayBack: true } : {}),
    ...(smoltbot.backup.onTheWayBack ? { onTheWayBack: true } : {}),
  },
  secrets,
});

const excluding = (exclude: SmoltbotConfig["backup"]["exclude"]) =>
  exclude.eventTriggers.length + exclude.extensions.length === 0 ? {} : { exclude };

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
      ...(consent.over === undefined ? {} : { over: consent.over }),
      ...placeOf(smoltbot),
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
    ...nodeWait(smoltbot),
    source: databaseSource(smoltbot),
    backup: backup.input,
    maxAgeMinutes: smoltbot.backup.maxAgeMinutes,
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
    ...nodeWait(smoltbot),
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
