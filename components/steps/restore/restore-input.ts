import { z } from "zod";
import { word } from "../backup/backup-input";
import { placeFields } from "../../dumps/store/bucket";
import { clusterFields } from "../cluster";
import { databaseSourceSchema } from "../../postgres/database-source";
import { trackingTablePattern } from "../../postgres/tracking";

/** What the restore step is told. Holds no secret: the connection string comes in the environment as DATABASE_URL. */
export const restoreInputSchema = z.strictObject({
  ...clusterFields,
  /** Name of the gateway: `smoltbot`. */
  gateway: word,
  /** Name of the stack: `prod`. */
  stack: word,
  /** The wanted release, older than the one that runs: `1.2.0`. */
  release: word,
  /** File name of the dump: `smoltbot-prod-20260102t030405z-before-2.0.0.dump.zst`. */
  dump: word,
  /** Names of slots, subscriptions and replicas that follow the live database and may be left behind. */
  over: z.array(z.string()).default([]),
  ...placeFields,
  /** The live database, whose place the restored one takes. */
  source: databaseSourceSchema,
  /** Table in which the migrations are listed. Default: `_schema_migrations`. */
  trackingTable: z.string().regex(trackingTablePattern).default("_schema_migrations"),
  /** Names of the Deployments that write to the database. */
  deployments: z.array(z.string().min(1)),
  /** Longest wait for their pods to be gone, in seconds. Default: 300. */
  deadlineSeconds: z.number().positive().default(300),
});

export type RestoreInput = z.output<typeof restoreInputSchema>;

/** The dump's state is live. */
export interface Restored {
  /** File name of the dump. */
  readonly restored: string;
  /** Rows of all tables. */
  readonly rows: number;
  /** Name of the database that was live before; it stays until somebody drops it. */
  readonly kept: string;
  /** Time for which the writers had been stopped when the restored database took its place. */
  readonly quiescedSeconds: number;
}

/** Nothing was to be restored, and why. */
export interface NothingRestored {
  readonly skipped: string;
}

export type RestoreResult = Restored | NothingRestored;
