import type { z } from "zod";
import type { GatewaySettings } from "../config/schema";
import type { DatabaseSource } from "../postgres/database-source";
import { trackingTableField } from "../postgres/migrations";
import type { backupInputSchema } from "../steps/backup-input";
import type { PlaceFields } from "../steps/open-platform";
import type { restoreInputSchema } from "../steps/restore-input";
import { GIB, UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import type { TriggeredTask } from "../upgrade/target";

export type BackupTask = TriggeredTask<z.input<typeof backupInputSchema>>;
export type RestoreTask = TriggeredTask<z.input<typeof restoreInputSchema>>;

/** What a stack file says of backups wherever a gateway runs. */
export type BackupSettings = Omit<GatewaySettings["backup"], "database">;

/** What decides about the input of the steps that read or write dumps. */
export interface DumpTasksArgs {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly settings: Pick<GatewaySettings, "version" | "consents"> & {
    readonly backup: BackupSettings;
  };
  /** Where the steps find the gateway. */
  readonly place: PlaceFields;
  /** Labels of the gateway's instances. */
  readonly selector: Readonly<Record<string, string>>;
  /** Name of the container that carries the release. */
  readonly container: string;
  /** What steps call the workloads that write to the database. */
  readonly writers: readonly string[];
  /** True if the schema goes down by a program: no dump is the way back then. */
  readonly goesDown: boolean;
  /** The stack in the names of the dumps. */
  readonly stack: string;
  /** Where the database is. */
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Where the dumps lie. Without a store the input stays as it always was: no step runs again. */
const placeOf = ({ directory, store }: BackupSettings) =>
  store === undefined ? { directory } : { directory, store };

const externalOf = ({ version, backup, consents }: DumpTasksArgs["settings"]) =>
  backup.external === undefined
    ? {}
    : {
        external: {
          source: backup.external,
          // The word for one release is none for another.
          consented: consents.externalBackup?.release === version,
        },
      };

/** The input of the backup step. */
export const backupTask = ({
  gateway,
  settings,
  place,
  selector,
  container,
  goesDown,
  stack,
  source,
  trackingTable,
  secrets,
}: DumpTasksArgs): BackupTask => ({
  input: {
    gateway,
    stack,
    release: settings.version,
    source,
    ...trackingTableField(trackingTable),
    ...placeOf(settings.backup),
    ...externalOf(settings),
    ...(settings.backup.encrypt ? { encrypt: true } : {}),
    keep: settings.backup.keep,
    ...place,
    gatewaySelector: selector,
    gatewayContainer: container,
    format: settings.backup.format,
    ...excluding(settings.backup.exclude),
    ...(settings.backup.scratch === undefined ? {} : { scratch: { kind: "url" } as const }),
    ...(settings.backup.unseenRoomGiB === UNSEEN_ROOM_GIB
      ? {}
      : { largestUnseen: settings.backup.unseenRoomGiB * GIB }),
    ...(settings.consents.scratch?.release === settings.version ? { mayFillServer: true } : {}),
    // Where the schema goes down by a program, no dump is the way back.
    ...(settings.consents.noWayBack?.release === settings.version || goesDown
      ? { mayLackWayBack: true }
      : {}),
    ...(settings.backup.onTheWayBack ? { onTheWayBack: true } : {}),
  },
  secrets,
  triggers: [settings.version],
});

const excluding = (exclude: BackupSettings["exclude"]) =>
  exclude.eventTriggers.length + exclude.extensions.length === 0 ? {} : { exclude };

/** Undefined if the operator has not consented to a restore for this release: a consent covers only its release. */
export function restoreTask({
  gateway,
  settings,
  place,
  writers,
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
      ...place,
      gateway,
      stack,
      release: version,
      dump: consent.dump,
      ...(consent.over === undefined ? {} : { over: consent.over }),
      ...placeOf(settings.backup),
      source,
      ...trackingTableField(trackingTable),
      deployments: [...writers],
    },
    secrets,
    triggers: [version, consent.dump],
  };
}
