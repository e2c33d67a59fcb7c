import * as dumps from "../../gateway/dump-tasks";
import type { DatabaseSource } from "../../postgres/database-source";
import { cluster } from "./cluster-fields";
import type { KubernetesRelease } from "./product";
import { nameOf } from "./rollout-tasks";
import type { KubernetesSettings } from "./settings";

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

const argsOf = ({ release, settings, ...args }: DumpTasksArgs): dumps.DumpTasksArgs => ({
  ...args,
  settings,
  place: cluster(settings),
  selector: release.availability.selector,
  writers: writersOf(release),
  goesDown: release.hops !== undefined,
});

/** The input of the backup step. */
export const backupTask = (args: DumpTasksArgs): dumps.BackupTask => dumps.backupTask(argsOf(args));

/** Undefined if the operator has not consented to a restore for this release: a consent covers only its release. */
export const restoreTask = (args: DumpTasksArgs): dumps.RestoreTask | undefined =>
  dumps.restoreTask(argsOf(args));

/** Names of the workloads that write to the database. */
export const writersOf = ({ writers, workloads }: KubernetesRelease): readonly string[] =>
  writers ?? workloads.map(nameOf);
