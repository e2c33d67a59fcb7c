import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Rows and content of one table, independent of the order of its rows. */
export const tableSchema = z.strictObject({
  /** Quoted where SQL needs it: `public.agents`. */
  name: z.string(),
  rows: z.int(),
  /** Sum of the 64-bit hashes of all rows, as a decimal number. */
  hash: z.string(),
});

/**
 * The manifest of a dump, written beside it as `<dump>.manifest.json` once the dump was restored and found equal to its
 * source. A dump without it is no backup. Free of secrets.
 */
export const manifestSchema = z.strictObject({
  proven: z.literal(true),
  gateway: z.string(),
  stack: z.string(),
  /** The release before whose installation the dump was taken. */
  release: z.string(),
  /** When the snapshot was taken: ISO 8601, UTC. */
  takenAt: z.iso.datetime(),
  /** Releases of the gateway that ran at that moment: `["1.2.0"]`. Empty if none ran, or where the cluster was not asked. */
  running: z.array(z.string()).default([]),
  /**
   * The snapshot of which the dump is, as `pg_current_snapshot()` words it: `740:745:741`. By it rows that were written later are told
   * apart. Dumps of earlier times lack it.
   */
  snapshot: z.string().optional(),
  /** Which server's transactions the snapshot counts: `system_identifier` of `pg_control_system()`, if the role may read it. */
  systemIdentifier: z.string().optional(),
  /** Where it lay when it was written: an absolute path, or a URL in a bucket: `s3://dumps/gateways/...`. */
  path: z.string(),
  /** The checksum that a bucket has reported of it: base64 of SHA-256, a composite one with `-<parts>` behind it. */
  storeChecksum: z.string().optional(),
  /** Size of the file. */
  bytes: z.int(),
  /** Hash of the file. */
  sha256,
  /** Size and hash of the archive inside of it, before compression. */
  archive: z.strictObject({
    format: z.enum(["custom", "plain"]),
    compression: z.enum(["zstd", "gzip"]),
    bytes: z.int(),
    sha256,
  }),
  /** For whom the file is encrypted; absent if it is not. The manifest itself is never. */
  encryption: z.strictObject({ scheme: z.literal("age"), recipient: z.string() }).optional(),
  /** The saved database. */
  source: z.strictObject({
    database: z.string(),
    server: z.string(),
    encoding: z.string(),
    collate: z.string(),
    ctype: z.string(),
  }),
  /** Versions of the programs that took and restored it. */
  tools: z.strictObject({ pgDump: z.string(), pgRestore: z.string() }),
  tables: z.array(tableSchema),
  /** Sum over all tables. */
  rows: z.int(),
  /** How many indexes, constraints, functions, views, ... were found again. */
  objects: z.int(),
  /** How many owners, privileges, comments, ... were found again; absent if the copy was made without them, and in dumps of earlier times. */
  attributes: z.int().optional(),
  /** What a restore leaves out, as the list of the archive names it: `EVENT TRIGGER - audit`. Absent if it brings back all. */
  excluded: z.array(z.string()).optional(),
  /** Why the role that took the dump could not put it in the place of the live database; absent if it could, or if nobody knows. */
  noWayBack: z.array(z.string()).optional(),
  /** Last applied migration, or "" if the database tracks none. */
  schemaHead: z.string(),
  /** How long each part took, in seconds. */
  seconds: z.strictObject({ copy: z.number(), compare: z.number(), total: z.number() }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Place of the manifest of a dump. */
export const manifestPath = (dump: string): string => `${dump}.manifest.json`;
