import { z } from "zod";
import { databaseSourceSchema } from "../postgres/database-source";
import { trackingTableInput } from "../postgres/migrations";
import { GIB, UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import { exclusionsSchema } from "./exclusions";
import { externalSourceSchema } from "./external/external-source";
import { placeFields } from "./store/bucket";

/** A word that becomes part of a file's name. */
export const wordSchema = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]*$/);

/** How a database is saved. Holds no secret: connection strings come in the environment. */
export const saveInputSchema = z.strictObject({
  /** Name of the gateway: `smoltbot`. */
  gateway: wordSchema,
  /** Name of the stack: `prod`. */
  stack: wordSchema,
  /** The release that is about to be installed: `1.2.0`. */
  release: wordSchema,
  /** The database to save; its connection string is DATABASE_URL. */
  source: databaseSourceSchema,
  /** Where the restore is tried; its connection string is SCRATCH_URL. @defaultValue the source's own server */
  scratch: databaseSourceSchema.optional(),
  /** Bytes of a database up to which its own server is taken for the proof although nobody can see whether that has room. @defaultValue 10 GiB */
  largestUnseen: z
    .number()
    .min(0)
    .default(UNSEEN_ROOM_GIB * GIB),
  /** Takes it whatever the size: the operator has seen to the room. */
  mayFillServer: z.boolean().default(false),
  ...placeFields,
  /** True if the dump is encrypted with the first key of BACKUP_KEY. @defaultValue false */
  encrypt: z.boolean().optional(),
  /** A backup that somebody else takes: no dump is taken then, and no migration runs without its evidence. */
  external: z
    .strictObject({
      source: externalSourceSchema,
      /** Whether the operator has consented, for this release, to a backup that nobody has restored. */
      consented: z.boolean(),
    })
    .optional(),
  /** How many proven dumps of this gateway and stack stay. */
  keep: z.int().min(1),
  /** Table in which the product lists its migrations. */
  trackingTable: trackingTableInput,
  /** Form of the dump: pg_dump's custom archive, which pg_restore reads, or plain SQL, which psql reads. */
  format: z.enum(["custom", "plain"]).default("custom"),
  /** Goes on if a newer major is about to be installed and the role could not put the dump back. */
  mayLackWayBack: z.boolean().default(false),
  /** What a restore leaves out; only if the database is reached by a connection string. */
  exclude: exclusionsSchema.prefault({}),
});

export type SaveInput = z.output<typeof saveInputSchema>;
