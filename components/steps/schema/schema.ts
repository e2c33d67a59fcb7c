import { z } from "zod";
import { cameBackSchema } from "../../upgrade/came-back";
import { backupInputSchema } from "../backup/backup-input";
import { clusterFields, withCluster } from "../cluster";
import { withAdvisoryLock } from "../database/advisory-lock";
import { openDatabase } from "../database/database";
import { databaseSourceSchema } from "../database/database-source";
import { trackingTablePattern } from "../database/tracking";
import { withSource } from "../database/with-source";
import type { StepIo } from "../step";
import { readMigrations } from "../database/read-migrations";
import { judgeMigrated } from "./judge-migrated";
import { hasUndone } from "../restore/restore-mark";
import { newerThan } from "./newer-than";
import { readRestoreMark } from "./read-restore-mark";
import { runningImages } from "./running-images";
import { runJob } from "./run-job";
import { saveBefore } from "./save-before";

/** What the schema step is told. Durations are in seconds. */
export const schemaInputSchema = z.strictObject({
  ...clusterFields,
  /** Name of the gateway; the schema lock is taken in its name. */
  gateway: z.string().min(1),
  /** Value of the label app.kubernetes.io/instance: Jobs of the same instance never run beside ours. */
  instance: z.string().min(1),
  /** Name of the Job, which was made suspended. */
  job: z.string().min(1),
  /** The Job as it was made: it is made again from this where a dead run has left nothing. */
  manifest: z.record(z.string(), z.unknown()).optional(),
  /** The wanted release: `1.1.0`. */
  release: z.string().min(1),
  /** True where an install is taken over whose pods run that release already: its schema is theirs. */
  adopted: z.boolean().default(false),
  /** Set on a way back within a major: neither the database nor the cluster is asked then. */
  cameBack: cameBackSchema.optional(),
  /** Labels of the gateway's pods, and the container whose image tag says which release runs. */
  gatewaySelector: z.record(z.string(), z.string()),
  gatewayContainer: z.string().min(1),
  /** Longest run of a migration, ours or one that we find running; also the longest wait for the lock. */
  deadlineSeconds: z.number().positive().default(300),
  /** Raise where the cluster adds nodes on demand. */
  unschedulableWithinSeconds: z.number().positive().default(10),
  source: databaseSourceSchema,
  /** How a dump is taken where none shows the database as it is now; without it the migration runs without one. */
  backup: backupInputSchema.optional(),
  /** Age in minutes up to which a dump shows the database as it is now. */
  maxAgeMinutes: z.number().positive().default(60),
  trackingTable: z.string().regex(trackingTablePattern).default("_schema_migrations"),
});

/** As the program writes it: what has a default may be left out. */
export type SchemaInput = z.input<typeof schemaInputSchema>;

/** What the schema step leaves behind. */
export interface SchemaResult {
  /** Last applied migration; "" where there is none. */
  readonly head: string;
  /** Migrations that were applied by this run, in order. */
  readonly applied: readonly string[];
  /** Why no migration was run; absent where one was. */
  readonly skipped?: string;
}

/**
 * Leaves the database at the schema of the wanted release, migrated by one runner at a time (S-13, S-14, S-27, S-32), and never without a
 * proven dump of the state before. Going back it runs
 * nothing: a schema within a major serves its older releases too (S-48), and the runner knows no way back.
 *
 * @throws StepFailure with the Job's reason and its last lines; nothing was rolled out then.
 */
export async function runSchema(input: Task, io: StepIo): Promise<SchemaResult> {
  const { cameBack, release } = input;
  if (cameBack === undefined) return migrate(input, io);
  const skipped = leavesSchema(`${cameBack.from} is left`, release);
  io.say(skipped);
  return { head: cameBack.schemaHead, applied: [], skipped };
}

type Task = z.output<typeof schemaInputSchema>;

const migrate = (input: Task, io: StepIo): Promise<SchemaResult> =>
  withCluster(input, io, (client) =>
    withSource(input.source, io, async (source) => {
      const database = await openDatabase(source, io.env);
      const label = `gateways schema ${input.release}`;
      const options = { label, seconds: input.deadlineSeconds, signal: io.signal };
      return withAdvisoryLock(database, options, async (lost) => {
        lost.addEventListener("abort", () => {
          io.say("the schema lock was lost; going on, as the running Job itself keeps others away");
        });
        const before = await readMigrations(database, input.trackingTable);
        const { namespace, gatewaySelector, gatewayContainer, backup, maxAgeMinutes } = input;
        const images = await runningImages(client, namespace, gatewaySelector, gatewayContainer);
        const skipped = input.adopted
          ? takenOver(input.release, before, io)
          : goingBack(input.release, images, io);
        if (skipped !== undefined) return { head: before.at(-1) ?? "", applied: [], skipped };
        const quiet = images.length === 0;
        const undone = hasUndone(await readRestoreMark(database), before);
        const log = await runJob(client, { ...input, undone }, io, async () => {
          if (backup !== undefined)
            await saveBefore(
              { backup, maxAgeMinutes, database, source, quiet, client, namespace },
              io,
            );
        });
        const after = await readMigrations(database, input.trackingTable);
        judgeMigrated(log, after, database.words);
        const applied = after.filter((name) => !before.includes(name));
        io.say(
          applied.length === 0
            ? "the schema was up to date"
            : `${applied.length} migrations applied, up to ${applied.at(-1) ?? ""}`,
        );
        return { head: after.at(-1) ?? "", applied };
      });
    }),
  );

/** Why nothing is to be migrated where the release runs already. */
function takenOver(release: string, applied: readonly string[], io: StepIo): string {
  const head = applied.at(-1);
  const reason = `${release} runs and is taken over with its schema as it is`;
  io.say(`${reason}: ${head === undefined ? "no migration is on record" : `up to ${head}`}`);
  return reason;
}

/** Why nothing is to be migrated, where a newer release than the wanted one runs. */
function goingBack(release: string, images: readonly string[], io: StepIo): string | undefined {
  const newer = newerThan(release, images);
  if (newer === undefined) return undefined;
  const reason = leavesSchema(`${newer} runs`, release);
  io.say(reason);
  return reason;
}

const leavesSchema = (why: string, release: string): string =>
  `${why}, and going back to ${release} leaves the schema as it is`;
