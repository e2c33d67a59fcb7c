import { withAdvisoryLock } from "../postgres/advisory-lock";
import { openDatabase, type Database } from "../postgres/database";
import { headOf, readMigrations } from "../postgres/migrations";
import { hasUndone, readRestoreMark } from "../postgres/restore-mark";
import { withSource } from "../postgres/with-source";
import { headName } from "../upgrade/plan/head-name";
import type { OpenPlatform } from "../upgrade/platform";
import type { StepIo } from "../upgrade/step-io";
import { openPlatform } from "./open-platform";
import type { SchemaTask } from "./schema-input";
import { goDown, type SchemaMeans } from "./schema/go-down";
import { judgeMigrated } from "./schema/judge-migrated";
import { newerThan } from "./schema/newer-than";
import { isOwn, judgeRevision, readRevision, type OwnSchema } from "./schema/revision";
import { runMigration } from "./schema/run-migration";
import { saveBefore } from "./schema/save-before";

/** What the schema step leaves behind. */
export interface SchemaResult {
  /** Last applied migration; "" if there is none. */
  readonly head: string;
  /** Migrations that were applied by this run, in order. */
  readonly applied: readonly string[];
  /** Revisions that were undone on the way back, the newest first; empty if none was, absent where no way down was asked for. */
  readonly undone?: readonly string[];
  /** Where the rows lie that this has deleted. */
  readonly saved?: string;
  /** Time for which nothing could write to the database by then. */
  readonly stoppedSeconds?: number;
  /** Why no migration was run; absent if one was. */
  readonly skipped?: string;
}

/**
 * Leaves the database at the schema of the wanted release, migrated by one runner at a time (S-13, S-14, S-27, S-32), and never without a
 * proven dump of the state before. Going back it runs nothing where a schema within a major serves its older releases too (S-48), and the
 * runner knows no way back; where it does not, the schema goes down first, with the operator's consent (B-29).
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
      return withAdvisoryLock(database, options, (lost, confirmLock) => {
        lost.addEventListener("abort", () => {
          io.say("the schema lock was lost; a Job that runs already keeps others away by itself");
        });
        return change(task, { platform, database, source, open, confirmLock }, io);
      });
    }),
  );
}

/** First down, as far as the operator has consented to it and it is needed, and then up. */
async function change(task: SchemaTask, means: SchemaMeans, io: StepIo): Promise<SchemaResult> {
  const { down } = task;
  if (down === undefined) return migrate(task, means, io);
  const { head, undone, ...went } = await goDown(task, down, means, io);
  if (down.alone) return { head, applied: [], undone, ...went };
  const migrated = await migrate(task, means, io);
  return undone.length === 0 ? migrated : { ...migrated, undone, ...went };
}

async function migrate(task: SchemaTask, means: SchemaMeans, io: StepIo): Promise<SchemaResult> {
  const { platform, database } = means;
  const own = ownSchema(task);
  const before = await readApplied(task, database, io);
  const images = await platform.runningImages(task.gatewaySelector, task.gatewayContainer);
  const skipped = whyNothing(task, before, images);
  if (skipped !== undefined) {
    io.say(skipped.said);
    return { head: headOf(before), applied: [], skipped: skipped.reason };
  }
  // What has completed on a database that was lost or made anew since is not there: no migration on record is no proof of one (law 7).
  const isUnproven = own !== undefined || before.length === 0;
  const isUndone = isUnproven || hasUndone(await readRestoreMark(database, io.signal), before);
  const again = isUnproven
    ? `has completed before, and the schema is at ${headName(headOf(before))}`
    : undefined;
  const { job: name, instance, manifest, unschedulableWithinSeconds } = task;
  const log = await runMigration(
    platform.migration({ name, instance, manifest, unschedulableWithinSeconds }),
    { isUndone, again, deadlineSeconds: task.deadlineSeconds },
    io,
    async () => {
      const { backup, maxAgeMinutes } = task;
      if (backup !== undefined)
        await saveBefore({ ...means, backup, maxAgeMinutes, running: images }, io);
      // A dump may take hours. Whoever has the lock now may migrate already, and a Job of ours would run beside that.
      await means.confirmLock();
    },
  );
  const after = await readApplied(task, database, io);
  if (own === undefined) judgeMigrated(log, after, database.words);
  else judgeRevision(headOf(after), own, database.words);
  const applied = after.filter((one) => !before.includes(one));
  io.say(
    applied.length === 0
      ? "the schema was up to date"
      : `${applied.length} migrations applied, up to ${headOf(applied)}`,
  );
  return { head: headOf(after), applied };
}

/** What is known of the schema of the release; undefined if its tracking table lists all that were applied. */
const ownSchema = ({ release, revisions }: SchemaTask): OwnSchema | undefined =>
  revisions && { release, revisions };

/** Applied migrations in their order. Of a table that holds the last one alone, those before it follow from the line of revisions. */
async function readApplied(
  { trackingTable, revisions }: SchemaTask,
  database: Database,
  { signal }: StepIo,
): Promise<readonly string[]> {
  if (revisions === undefined) return readMigrations(database, trackingTable, signal);
  const head = await readRevision(database, trackingTable, signal);
  if (head === "") return [];
  const place = revisions.indexOf(head);
  return place === -1 ? [head] : revisions.slice(0, place + 1);
}

/**
 * Why nothing is to be migrated: the release is taken over as it runs, its schema is there, or a newer one runs; undefined if there is something to do.
 *
 * @throws StepFailure if the schema is one that the release does not know
 */
function whyNothing(
  task: SchemaTask,
  applied: readonly string[],
  images: readonly string[],
): { readonly reason: string; readonly said: string } | undefined {
  const { adopted, release } = task;
  const own = ownSchema(task);
  if (adopted) {
    const reason = `${release} runs and is taken over with its schema as it is`;
    const head = applied.at(-1);
    const known = head === undefined ? "no migration is on record" : `up to ${head}`;
    return { reason, said: `${reason}: ${known}` };
  }
  if (own !== undefined) {
    if (!isOwn(headOf(applied), own)) return undefined;
    const reason = `the schema is at ${headOf(applied)}, the last revision of ${release}`;
    return { reason, said: reason };
  }
  const newer = newerThan(release, images);
  if (newer === undefined) return undefined;
  const reason = leavesSchema(`${newer} runs`, release);
  return { reason, said: reason };
}

const leavesSchema = (why: string, release: string): string =>
  `${why}, and going back to ${release} leaves the schema as it is`;
