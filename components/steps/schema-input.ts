import { z } from "zod";
import { saveInputSchema } from "../dumps/save-input";
import { databaseSourceSchema } from "../postgres/database-source";
import { trackingTableInput } from "../postgres/migrations";
import { cameBackSchema } from "../upgrade/plan/came-back";
import { platformFields } from "./open-platform";

/** How the schema goes down, on the way back from a release to an older one. */
const downSchema = z.strictObject({
  /** Name of the Job that takes it down, which was made suspended. */
  job: z.string().min(1),
  /** The Job as it was made. */
  manifest: z.record(z.string(), z.unknown()),
  /** The newer release, whose image runs it: `0.10.0`. */
  from: z.string().min(1),
  /** The last revision of the wanted release. */
  revision: z.string().min(1),
  /** Revisions that the newer release knows, oldest first. */
  revisions: z.array(z.string()),
  /** Tables, and columns as `table.column`, that it deletes: their rows are saved to a file beside the dumps. */
  deletes: z.array(z.string()),
  /** Names of the workloads that write to the database. */
  writers: z.array(z.string().min(1)),
  /** True if the step ends with it; else it migrates to the wanted release afterwards. */
  alone: z.boolean().default(false),
});

/** As the step reads it. */
export type Descent = z.output<typeof downSchema>;

/** Input of the schema step. Durations are in seconds. */
export const schemaInputSchema = z.strictObject({
  ...platformFields,
  /** Name of the gateway; the schema lock is taken in its name. */
  gateway: z.string().min(1),
  /** Value of the label app.kubernetes.io/instance: Jobs of the same instance never run beside ours. */
  instance: z.string().min(1),
  /** Name of the Job, which was made suspended. */
  job: z.string().min(1),
  /** The Job as it was made: it is made again from this if a killed run has left nothing. */
  manifest: z.record(z.string(), z.unknown()).optional(),
  /** The wanted release: `1.1.0`. */
  release: z.string().min(1),
  /** True if an install is taken over whose pods run that release already: its schema is theirs. */
  adopted: z.boolean().default(false),
  /** Set on a way back within a major: neither the database nor the cluster is asked then. */
  cameBack: cameBackSchema.optional(),
  /** Revisions of the wanted release, oldest first, if the tracking table holds the last one alone. Without them it lists all that were applied. */
  revisions: z.array(z.string()).optional(),
  /** Set on a way back on which the operator has consented to it: what is needed of it is done. */
  down: downSchema.optional(),
  /** Labels of the gateway's pods, and the container whose image tag says which release runs. */
  gatewaySelector: z.record(z.string(), z.string()),
  gatewayContainer: z.string().min(1),
  /** Longest run of a migration, ours or one that we find running; also the longest wait for the lock. */
  deadlineSeconds: z.number().positive().default(300),
  /** Raise if the cluster adds nodes on demand. */
  unschedulableWithinSeconds: z.number().positive().default(10),
  source: databaseSourceSchema,
  /** How a dump is taken if none shows the database as it is now; without it the migration runs without one. The rest of the input of the backup step is not needed here. */
  backup: z.object(saveInputSchema.shape).optional(),
  /** Age in minutes up to which a dump shows the database as it is now. */
  maxAgeMinutes: z.number().positive().default(60),
  /** Table in which the product lists its migrations. */
  trackingTable: trackingTableInput,
});

/** As the program writes it: what has a default may be left out. */
export type SchemaInput = z.input<typeof schemaInputSchema>;
/** As the step reads it: complete. */
export type SchemaTask = z.output<typeof schemaInputSchema>;
