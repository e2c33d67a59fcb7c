import { trackingTableField } from "../../postgres/migrations";
import type { SchemaInput } from "../../steps/schema-input";
import { revisionsOf } from "../../upgrade/plan/hops";
import type { TriggeredTask } from "../../upgrade/target";
import type { KubernetesObject } from "../objects/object";
import { cluster, nodeWait } from "./cluster-fields";
import { consentedDescent, type ConsentedDescent } from "./consented-descent";
import { backupTask, writersOf, type DumpTasksArgs } from "./dump-tasks";

/** A Job that changes the schema, and the input of the step that starts and watches it. */
export interface JobTask {
  readonly job: KubernetesObject;
  readonly task: TriggeredTask<SchemaInput>;
}

/** What the schema chapter is given. */
export interface SchemaTasks extends JobTask {
  /** Set while the stack file consents to it. */
  readonly down?: JobTask | undefined;
}

/**
 * The input of the schema step, and of the one that takes the schema down before it. The first is told of the way down, too: the engine may know a way down as done
 * that a run to another release has undone since.
 *
 * @returns undefined if the product has a database and no migration
 */
export function schemaTasks(dumps: DumpTasksArgs): SchemaTasks | undefined {
  const { release, secrets } = dumps;
  const { job } = release;
  if (job === undefined) return undefined;
  const descent = consentedDescent(dumps);
  const down = descent && downOf(descent, dumps);
  const input = inputOf(job, dumps);
  const triggers = [job.metadata.name];
  return {
    job,
    task: { input: down === undefined ? input : { ...input, down }, secrets, triggers },
    down: descent &&
      down && {
        job: descent.job,
        task: {
          input: { ...input, down: { ...down, alone: true } },
          secrets,
          triggers: [descent.job.metadata.name],
        },
      },
  };
}

function inputOf(job: KubernetesObject, dumps: DumpTasksArgs): SchemaInput {
  const { gateway, settings, release, source, trackingTable, container } = dumps;
  const revisions = release.hops && revisionsOf(release.hops, release.version);
  return {
    ...cluster(settings),
    gateway,
    instance: settings.kubernetes.release,
    job: job.metadata.name,
    manifest: job,
    release: release.version,
    ...(settings.adopt ? { adopted: true } : {}),
    ...(revisions === undefined ? {} : { revisions: [...revisions] }),
    gatewaySelector: release.availability.selector,
    gatewayContainer: container,
    deadlineSeconds: settings.schema?.deadlineSeconds,
    ...nodeWait(settings),
    source,
    ...trackingTableField(trackingTable),
    backup: backupTask(dumps).input,
    maxAgeMinutes: settings.backup.maxAgeMinutes,
  };
}

const downOf = (
  { job, from, revision, revisions, deletes }: ConsentedDescent,
  { release }: DumpTasksArgs,
): NonNullable<SchemaInput["down"]> => ({
  job: job.metadata.name,
  manifest: job,
  from,
  revision,
  revisions: [...revisions],
  deletes: [...deletes],
  writers: [...writersOf(release)],
});
