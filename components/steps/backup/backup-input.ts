import { z } from "zod";
import { exclusionsSchema } from "../../dumps/exclusions";
import { cameBackSchema } from "../../upgrade/plan/came-back";
import { GIB, UNSEEN_ROOM_GIB } from "../../upgrade/copy-room";
import { clusterFields } from "../cluster";
import { databaseSourceSchema } from "../../postgres/database-source";
import { trackingTablePattern } from "../../postgres/tracking";
import { externalSourceSchema } from "../../dumps/external/external-source";
import { placeFields } from "../../dumps/store/bucket";

/** A word that becomes part of a file's name. */
export const word = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]*$/);

/** What the backup step is told. Holds no secret: connection strings come in the environment. */
export const backupInputSchema = z.strictObject({
  /** Name of the gateway: `smoltbot`. */
  gateway: word,
  /** Name of the stack: `prod`. */
  stack: word,
  /** The release that is about to be installed: `1.2.0`. */
  release: word,
  /** The database to save; its connection string is DATABASE_URL. */
  source: databaseSourceSchema,
  /** Where the restore is tried. Default: the source's own server. Its connection string is SCRATCH_URL. */
  scratch: databaseSourceSchema.optional(),
  /** Bytes of a database up to which its own server is taken for the proof although nobody can see whether that has room. Default: 10 GiB. */
  largestUnseen: z
    .number()
    .min(0)
    .default(UNSEEN_ROOM_GIB * GIB),
  /** Takes it whatever the size: the operator has seen to the room. */
  mayFillServer: z.boolean().default(false),
  ...placeFields,
  /** True where the dump is encrypted with the first key of BACKUP_KEY. Default: false. */
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
  /** Table in which the migrations are listed. Default: `_schema_migrations`. */
  trackingTable: z.string().regex(trackingTablePattern).default("_schema_migrations"),
  /** Form of the dump: pg_dump's custom archive, which pg_restore reads, or plain SQL, which psql reads. */
  format: z.enum(["custom", "plain"]).default("custom"),
  /** Set on a way back within a major: the database stays as it is, and no dump is needed. */
  cameBack: cameBackSchema.optional(),
  /** Takes one there as well; one that cannot be taken is told, and stops nothing. */
  onTheWayBack: z.boolean().default(false),
  /** Goes on where a newer major is about to be installed and the role could not put the dump back. */
  mayLackWayBack: z.boolean().default(false),
  /** What a restore leaves out; only where the database is reached by a connection string. */
  exclude: exclusionsSchema.prefault({}),
  /** Where the gateway runs, so that the manifest tells its release. Without a namespace the cluster is not asked. */
  kubeconfig: clusterFields.kubeconfig,
  context: clusterFields.context,
  namespace: clusterFields.namespace.optional(),
  /** Labels of the gateway's pods, and the container whose image tag says which release runs. */
  gatewaySelector: z.record(z.string(), z.string()).optional(),
  gatewayContainer: z.string().min(1).optional(),
});

export type BackupInput = z.infer<typeof backupInputSchema>;
