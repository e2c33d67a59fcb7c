import pRetry from "p-retry";
import { stopwatch } from "../../dumps/progress";
import { saveRows, type SavedRows } from "../../dumps/save-rows";
import { LockLost } from "../../postgres/advisory-lock";
import { countRows } from "../../postgres/count-rows";
import type { Database } from "../../postgres/database";
import type { ReachableSource } from "../../postgres/database-source";
import type { Migration, OpenPlatform, Platform, Writers } from "../../upgrade/platform";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import type { Descent, SchemaTask } from "../schema-input";
import { describeUndone } from "../undone";
import { nameOf, readRevision, revisionsBetween } from "./revision";
import { runMigration, waitForOthers } from "./run-migration";
import { saveBefore } from "./save-before";

/** What the step works with, under its lock. */
export interface SchemaMeans {
  readonly platform: Platform;
  readonly database: Database;
  readonly source: ReachableSource;
  readonly open: OpenPlatform;
  /** @throws LockLost if that lock is lost */
  readonly confirmLock: () => Promise<void>;
}

/** What going down came to. */
export interface WentDown {
  /** The revision at which the schema is. */
  readonly head: string;
  /** Revisions that were undone, the newest first; none if nothing was to be done. */
  readonly undone: readonly string[];
  /** Where the rows lie that it has deleted; absent if there was none. */
  readonly saved?: string;
  /** Time for which nothing could write by then. */
  readonly stoppedSeconds?: number;
}

/** What a way down works with. */
interface Descending extends SchemaMeans {
  readonly task: SchemaTask;
  readonly down: Descent;
  readonly io: StepIo;
}

/** Longest count of rows, in seconds. */
const LONGEST_COUNT = 60;

/** How long a cluster or a server that is gone is waited for, in milliseconds: nothing writes as long as nothing is undone. */
const LONGEST_WAIT = 60_000;

/**
 * Leaves the schema at the last revision of the wanted release, taken down by the image of the newer one, with what writes to the database stopped for the
 * rollout that follows (T-19, T-26, B-29); or leaves everything as it was and fails. Before that, the database is saved as it is, and the rows that go are saved
 * to a file beside the dumps once nothing writes any more. Does nothing to a schema that is not past that revision. Killed anywhere and run again, it goes on.
 *
 * @throws StepFailure
 */
export async function goDown(
  task: SchemaTask,
  down: Descent,
  means: SchemaMeans,
  io: StepIo,
): Promise<WentDown> {
  const descending = { ...means, task, down, io };
  const migration = means.platform.migration(jobOf(descending));
  await waitForOthers(migration, task, io);
  const isRunning = await goesOn(descending, migration);
  const before = await headOf(descending);
  const writers = means.platform.writers(down.writers);
  if (!isRunning) {
    const nothing = whyNothing(down, before, task.release);
    if (nothing !== undefined) {
      // A run that was killed behind the Job has left this to do.
      if (before === down.revision) await writers.keepStopped();
      io.say(nothing);
      return { head: before, undone: [] };
    }
  }
  try {
    return await takeDown(descending, { before, isRunning, migration, writers });
  } catch (error) {
    // Whoever has the lock now may be on the same way: its Job would be removed, and writers started beside it. A run that is asked to stop has let go of it by itself.
    if (error instanceof LockLost && io.signal?.aborted !== true)
      throw new StepFailure(
        `${error.reason}; nothing was undone, as another run may go down`,
        error.fix,
      );
    return undo(descending, before, toStepFailure(error, io));
  }
}

/**
 * True if a run that was killed has started the Job, and nothing has written since. If somebody has started what writes meanwhile, rows have come of which neither that run's dump nor its file
 * knows: its Job is ended, and all of it begins anew.
 */
async function goesOn({ platform, task, io }: Descending, migration: Migration): Promise<boolean> {
  const { state } = await migration.state();
  if (state !== "active" && state !== "waiting") return false;
  const serving = await platform.runningImages(task.gatewaySelector, task.gatewayContainer);
  if (serving.length === 0) return true;
  io.say(
    `${migration.words} was started by a run that was killed, and what writes serves again since; ending it and saving anew`,
  );
  await migration.remove();
  return false;
}

const headOf = ({ database, task, io }: Pick<Descending, "database" | "task" | "io">) =>
  readRevision(database, task.trackingTable, io.signal);

const jobOf = ({ task, down }: Pick<Descending, "task" | "down">) => ({
  name: down.job,
  instance: task.instance,
  manifest: down.manifest,
  unschedulableWithinSeconds: task.unschedulableWithinSeconds,
});

/** Why the schema does not go down at this moment, whatever the consent says; undefined if it has to. @throws StepFailure if the image cannot take it down */
function whyNothing(
  { revision, revisions, from }: Descent,
  head: string,
  release: string,
): string | undefined {
  if (head === revision) return `the schema is at ${revision}, the last revision of ${release}`;
  const place = revisions.indexOf(head);
  if (head !== "" && place === -1)
    throw new StepFailure(
      `the schema is at ${head}, which the image of ${from} does not know`,
      "preview again, and name the release in consents.downgrade that the report names",
    );
  return place > revisions.indexOf(revision)
    ? undefined
    : `the schema is at ${nameOf(head)}, which is not past ${revision}: it does not go down`;
}

interface Taking {
  /** The revision at which the schema is. */
  readonly before: string;
  /** True if a run that was killed has started the Job. */
  readonly isRunning: boolean;
  readonly migration: Migration;
  readonly writers: Writers;
}

async function takeDown(descending: Descending, taking: Taking): Promise<WentDown> {
  const { task, down, io } = descending;
  const { before, isRunning, migration, writers } = taking;
  if (!isRunning) {
    await save(descending);
    await writers.checkStop();
    // A dump may take hours, and nothing is stopped yet.
    await descending.confirmLock();
  }
  const stopped = stopwatch();
  await writers.stop(task.deadlineSeconds);
  const saved = isRunning ? undefined : await saveWhatGoes(descending, before);
  const { deadlineSeconds } = task;
  const options = {
    deadlineSeconds,
    isUndone: true,
    again: "has completed before, and the schema has moved on since",
    fix: "mend what the lines name, then run this again",
  };
  await runMigration(migration, options, io, descending.confirmLock);
  const head = await headOf(descending);
  if (head !== down.revision)
    throw new StepFailure(
      `${migration.words} has completed, and the schema is at ${nameOf(head)} instead of ${down.revision}`,
      "see that the Job and this program reach one database",
    );
  await writers.keepStopped();
  const undone = revisionsBetween(down, before);
  io.say(`the schema went down from ${before} to ${head}; ${task.release} starts what was stopped`);
  return {
    head,
    undone,
    ...(saved === undefined ? {} : { saved: saved.path }),
    stoppedSeconds: stopped(),
  };
}

/** Nothing goes down without a proven dump of the state before (law 4), which is taken while everything still serves. */
async function save({ task, platform, ...means }: Descending): Promise<void> {
  const { backup, maxAgeMinutes, gatewaySelector, gatewayContainer } = task;
  if (backup === undefined) return;
  const running = await platform.runningImages(gatewaySelector, gatewayContainer);
  await saveBefore({ ...means, platform, backup, maxAgeMinutes, running }, means.io);
}

/** @throws StepFailure if the schema has moved meanwhile, or if there is no place for the rows */
async function saveWhatGoes(
  descending: Descending,
  before: string,
): Promise<SavedRows | undefined> {
  const { task, down, database, io } = descending;
  const head = await headOf(descending);
  if (head !== before)
    throw new StepFailure(
      `the schema has moved from ${nameOf(before)} to ${nameOf(head)} meanwhile`,
      "find out who migrates it, then run this again",
    );
  const { deletes } = down;
  if (deletes.length === 0) return undefined;
  const found = await countRows(database, deletes, LONGEST_COUNT);
  if (found.countable && found.total === 0) {
    io.say(`${deletes.join(", ")} hold no row: nothing to save of what goes`);
    return undefined;
  }
  if (task.backup === undefined)
    throw new StepFailure(
      `${deletes.join(", ")} hold rows that would go, and no place for them is known`,
      "set backup.directory or backup.store",
    );
  const saved = await saveRows(task.backup, database, deletes, io);
  io.say(`saved the ${saved.rows} rows of ${deletes.join(", ")} as ${saved.path}`);
  return saved;
}

function toStepFailure(error: unknown, { signal }: StepIo): StepFailure {
  if (signal?.aborted === true)
    return new StepFailure("the way down was stopped before its end", "run this again");
  return error instanceof StepFailure
    ? error
    : new StepFailure(wordsOf(error), "see to the reason, then run this again");
}

/**
 * Lets the newer release serve again on its own schema. Looks first whether the schema went down after all: then nothing has failed but the answer.
 *
 * @throws StepFailure: the failure, with what was undone.
 */
async function undo(
  descending: Descending,
  before: string,
  failure: StepFailure,
): Promise<WentDown> {
  const { task, open, down } = descending;
  // Whoever asks us to stop wants the gateway to serve.
  const io: StepIo = { ...descending.io, signal: undefined };
  const fix = `${failure.fix}; or set the version back to ${down.from}`;
  const found = await pRetry(
    () => open(task, io, (platform) => putBack({ ...descending, io, platform }, before)),
    { retries: Infinity, factor: 1, minTimeout: 2000, maxRetryTime: LONGEST_WAIT },
  ).catch((error: unknown) => {
    throw new StepFailure(
      `${failure.reason}; what was begun could not be undone: ${wordsOf(error)}`,
      `${fix}; run this again as soon as the database and the cluster answer: it goes on or undoes the rest`,
    );
  });
  if (found.head === down.revision) {
    io.say(`${failure.reason}; the schema went down to ${down.revision} for all that`);
    return { head: found.head, undone: revisionsBetween(down, before) };
  }
  const words =
    found.head === before
      ? describeUndone(found, "way down")
      : `the schema is at ${nameOf(found.head)} now, and what writes to it stays stopped`;
  throw new StepFailure(`${failure.reason}; ${words}`, fix);
}

/** Ends what runs of the Job first: no transaction is open any more when the schema is looked at. */
async function putBack(descending: Descending, before: string) {
  const { platform, down } = descending;
  const migration = platform.migration(jobOf(descending));
  const { state } = await migration.state();
  if (["active", "waiting", "failed"].includes(state)) await migration.remove();
  const head = await headOf(descending);
  const writers = platform.writers(down.writers);
  if (head === down.revision) await writers.keepStopped();
  const { started, left } = head === before ? await writers.start() : { started: [], left: [] };
  return { head, undone: started, left };
}
