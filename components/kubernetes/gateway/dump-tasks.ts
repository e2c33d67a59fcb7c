import type { z } from "zod";
import { trackingTableField } from "../../postgres/migrations";
import type { DatabaseSource } from "../../postgres/database-source";
import type { backupInputSchema } from "../../steps/backup-input";
import type { restoreInputSchema } from "../../steps/restore-input";
import { GIB, UNSEEN_ROOM_GIB } from "../../upgrade/copy-room";
import type { TriggeredTask } from "../../upgrade/target";
import { cluster } from "./cluster-fields";
import type { KubernetesRelease } from "./product";
import { nameOf } from "./rollout-tasks";
import type { KubernetesSettings } from "./settings";

export type BackupTask = TriggeredTask<z.input<typeof backupInputSchema>>;
export type RestoreTask = TriggeredTask<z.input<typeof restoreInputSchema>>;

/** The input of the steps that read or write dumps. */
export interface DumpTasksArgs {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly settings: KubernetesSettings;
  readonly release: KubernetesRelease;
  /** The stack in the names of the dumps. */
  readonly stack: string;
  /** Where the database is. */
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** Name of the container that carries the release. */
  readonly container: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Where the dumps lie. Without a store the input stays as it always was: no step runs again. */
const placeOf = ({ backup: { directory, store } }: KubernetesSettings) =>
  store === undefined ? { directory } : { directory, store };

const externalOf = ({ version, backup, consents }: KubernetesSettings) =>
  backup.external === undefined
    ? {}
    : {
        external: {
          source: backup.external,
          // The word for one release is none for another.
          consented: consents.externalBackup?.release === version,
        },
      };

export const backupTask = ({
  gateway,
  settings,
  release,
  stack,
  source,
  trackingTable,
  container,
  secrets,
}: DumpTasksArgs): BackupTask => ({
  input: {
    gateway,
    stack,
    release: settings.version,
    source,
    ...trackingTableField(trackingTable),
    ...placeOf(settings),
    ...externalOf(settings),
    ...(settings.backup.encrypt ? { encrypt: true } : {}),
    keep: settings.backup.keep,
    ...cluster(settings),
    gatewaySelector: release.availability.selector,
    gatewayContainer: container,
    format: settings.backup.format,
    ...excluding(settings.backup.exclude),
    ...(settings.backup.scratch === undefined ? {} : { scratch: { kind: "url" } as const }),
    ...(settings.backup.unseenRoomGiB === UNSEEN_ROOM_GIB
      ? {}
      : { largestUnseen: settings.backup.unseenRoomGiB * GIB }),
    ...(settings.consents.scratch?.release === settings.version ? { mayFillServer: true } : {}),
    // Where the schema goes down by a program, no dump is the way back.
    ...(settings.consents.noWayBack?.release === settings.version || release.hops !== undefined
      ? { mayLackWayBack: true }
      : {}),
    ...(settings.backup.onTheWayBack ? { onTheWayBack: true } : {}),
  },
  secrets,
  triggers: [settings.version],
});

/** Names of the workloads that write to the database. */
export const writersOf = ({ writers, workloads }: KubernetesRelease): readonly string[] =>
  writers ?? workloads.map(nameOf);

const excluding = (exclude: KubernetesSettings["backup"]["exclude"]) =>
  exclude.eventTriggers.length + exclude.extensions.length === 0 ? {} : { exclude };

/** Undefined if the operator has not consented to a restore for this release: a consent covers only its release. */
export function restoreTask({
  gateway,
  settings,
  release,
  stack,
  source,
  trackingTable,
  secrets,
}: DumpTasksArgs): RestoreTask | undefined {
  const { version, consents } = settings;
  const { restore: consent } = consents;
  if (consent?.release !== version) return undefined;
  return {
    input: {
      ...cluster(settings),
      gateway,
      stack,
      release: version,
      dump: consent.dump,
      ...(consent.over === undefined ? {} : { over: consent.over }),
      ...placeOf(settings),
      source,
      ...trackingTableField(trackingTable),
      deployments: [...writersOf(release)],
    },
    secrets,
    triggers: [version, consent.dump],
  };
}
