import { z } from "zod";
import { wordSchema } from "../dumps/save-input";
import { placeFields } from "../dumps/store/bucket";
import { databaseSourceSchema } from "../postgres/database-source";
import { trackingTableInput } from "../postgres/migrations";
import { platformFields } from "./open-platform";

/** Input of the restore step. Holds no secret: the connection string comes in the environment as DATABASE_URL. */
export const restoreInputSchema = z.strictObject({
  ...platformFields,
  /** Name of the gateway: `smoltbot`. */
  gateway: wordSchema,
  /** Name of the stack: `prod`. */
  stack: wordSchema,
  /** The wanted release, older than the one that runs: `1.2.0`. */
  release: wordSchema,
  /** File name of the dump: `smoltbot-prod-20260102t030405z-before-2.0.0.dump.zst`. */
  dump: wordSchema,
  /** Names of slots, subscriptions and replicas that follow the live database and may be left behind. */
  over: z.array(z.string()).default([]),
  ...placeFields,
  /** The live database, whose place the restored one takes. */
  source: databaseSourceSchema,
  /** Table in which the product lists its migrations. */
  trackingTable: trackingTableInput,
  /** Names of the workloads that write to the database. */
  deployments: z.array(z.string().min(1)),
  /** Longest wait for their pods to be gone, in seconds. */
  deadlineSeconds: z.number().positive().default(300),
});

export type RestoreInput = z.output<typeof restoreInputSchema>;
