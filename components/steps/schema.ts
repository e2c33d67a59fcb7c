import { withAdvisoryLock } from "../postgres/advisory-lock";
import { openDatabase, type Database } from "../postgres/database";
import type { ReachableSource } from "../postgres/database-source";
import { headOf, readMigrations } from "../postgres/migrations";
import { hasUndone, readRestoreMark } from "../postgres/restore-mark";
import { withSource } from "../postgres/with-source";
import type { OpenPlatform, Platform } from "../upgrade/platform";
import type { StepIo } from "../upgrade/step-io";
import { openPlatform } from "./open-platform";
import type { SchemaTask } from "./schema-input";
import { judgeMigrated } from "./schema/judge-migrated";
import { newerThan } from "./schema/newer-than";
import { runMigration } from "./schema/run-migration";
import { saveBefore } from "./schema/save-before";

/** What the schema step leaves behind. */
export interface SchemaResult {
  /** Last applied migration; "" if there is none. */
  readonly head: string;
  /** Migrations that were applied by this run, in order. */
  readonly applied: readonly string[];
  /** Why no migration was run; absent if one was. */
  readonly skipped?: string;
}

/**
 * Leaves the database at the schema of the wanted release, migrated by one runner at a time (S-13, S-14, S-27, S-32), and never without a
 * proven dump of the state before. Going back it runs nothing: a schema within a major serves its older releases too (S-48), and the
 * runner knows no way back.
 *
 * @throws StepFailure with the migration's reason and its last lines; nothing was rolled out then.
 */
export async function runSchema(
  task: SchemaTask,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<SchemaResult> {
  const { cameBack, release } = task;
  if (cameBack !== undefined) {
    const skipped = leavesSchema(`${cameBack.from} is left`, release);
    io.say(skipped);
    return { head: cameBack.schemaHead, applied: [], skipped };
  }
  return open(task, io, (platform) =>
    withSource(task.source, open, io, (source) => {
      const database = openDatabase(source, io.env);
      const label = `gateways schema ${release}`;
      const options = { label, seconds: task.deadlineSeconds, signal: io.signal };
      return withAdvisoryLock(database, options, (lost) => {
        lost.addEventListener("abort", () => {
          io.say("the schema lock was lost; going on, as the running Job itself keeps others away");
        });
        return migrate(task, { platform, database, source, open }, io);
      });
    }),
  );
}

/** What the step works with, under its lock. */
interface Means {
  readonly platform: Platform;
  readonly database: Database;
  readonly source: ReachableSource;
  readonly open: OpenPlatform;
}

async function migrate(task: SchemaTask, means: Means, io: StepIo): Promise<SchemaResult> {
  const { platform, database } = means;
  const before = await readMigrations(database, task.trackingTable);
  const images = await platform.runningImages(task.gatewaySelector, task.gatewayContainer);
  const skipped = whyNothing(task, before, images);
  if (skipped !== undefined) {
    io.say(skipped.said);
    return { head: headOf(before), applied: [], skipped: skipped.reason };
  }
  const isUndone = hasUndone(await readRestoreMark(database), before);
  const { job: name, instance, manifest, unschedulableWithinSeconds } = task;
  const log = await runMigration(
    platform.migration({ name, instance, manifest, unschedulableWithinSeconds }),
    { isUndone, deadlineSeconds: task.deadlineSeconds },
    io,
    async () => {
      const { backup, maxAgeMinutes } = task;
      if (backup !== undefined)
        await saveBefore({ ...means, backup, maxAgeMinutes, running: images }, io);
    },
  );
  const after = await readMigrations(database, task.trackingTable);
  judgeMigrated(log, after, database.words);
  const applied = after.filter((one) => !before.includes(one));
  io.say(
    applied.length === 0
      ? "the schema was up to date"
      : `${applied.length} migrations applied, up to ${headOf(applied)}`,
  );
  return { head: headOf(after), applied };
}

/** Why nothing is to be migrated: the release is taken over as it runs, or a newer one runs; undefined if there is something to do. */
function whyNothing(
  { adopted, release }: SchemaTask,
  applied: readonly string[],
  images: readonly string[],
): { readonly reason: string; readonly said: string } | undefined {
  if (adopted) {
    const reason = `${release} runs and is taken over with its schema as it is`;
    const head = applied.at(-1);
    const known = head === undefined ? "no migration is on record" : `up to ${head}`;
    return { reason, said: `${reason}: ${known}` };
  }
  const newer = newerThan(release, images);
  if (newer === undefined) return undefined;
  const reason = leavesSchema(`${newer} runs`, release);
  return { reason, said: reason };
}

const leavesSchema = (why: string, release: string): string =>
  `${why}, and going back to ${release} leaves the schema as it is`;
