import { z } from "zod";
import { externalSourceSchema } from "../dumps/external/external-source";
import { bucketSchema } from "../dumps/store/bucket";
import { UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import { dnsLabel, text, whole } from "./words";

/**
 * Where `pg_dump` and `psql` connect: by `gateways:smoltbotDatabaseUrl`, inside a pod of the database through `kubectl exec`, or inside a Job that
 * is made for it and takes the connection from the gateway's own Secret.
 */
const databaseSource = z.union([
  z.literal("url"),
  z.strictObject({
    pod: text("name of the pod that runs PostgreSQL"),
    container: text("name of its container").optional(),
    namespace: dnsLabel.optional(),
    database: text("name of the database").default("mnemom"),
    user: text("name of a database role").default("mnemom"),
  }),
  z.strictObject({
    job: z.strictObject({
      /** Image with the client programs, of the server's major version. */
      image: text("name of an image with psql, pg_dump and pg_restore").default(
        "postgres:16-alpine",
      ),
      /** Key of the gateway's Secret that holds the connection string. */
      secretKey: text("key of the Secret").default("POSTGRES_URL"),
      serviceAccount: dnsLabel.optional(),
    }),
  }),
]);

/** Everything that a stack file may say about backups. Closed: an unknown key is a fault. */
export const backupSchema = z.strictObject({
  database: databaseSource.default("url"),
  /** Form of the dumps: `custom` for pg_restore, `plain` for psql and for eyes. */
  format: z.enum(["custom", "plain"], "custom or plain").default("custom"),
  /** Folder for the dumps, relative to the program. Mode 0700. Not used where there is a store. */
  directory: text("path of a folder").default("backups"),
  /**
   * A bucket for the dumps in the place of the folder: every machine finds them there. Its credentials are what the AWS SDK finds in the
   * environment, or the secret `gateways:smoltbotBackupCredentials`.
   */
  store: bucketSchema.optional(),
  /** Encrypts new dumps with age, for the first key of the secret `gateways:smoltbotBackupKey`. */
  encrypt: z.boolean("true or false").default(false),
  /** Proven dumps that are kept per stack. */
  keep: whole("dumps").default(10),
  /**
   * Evidence of a backup that somebody else takes, in the place of dumps. It needs `consents.externalBackup`, since nobody has restored it, and
   * this program cannot go back across a major with it.
   */
  external: externalSourceSchema.optional(),
  /** Age up to which a dump, or an external backup, shows the database before a migration; where none is as young, the schema step takes another. */
  maxAgeMinutes: whole("minutes").default(60),
  /** Tries the restore on another server, by the secret `gateways:smoltbotScratchUrl`. Default: on the server of the database itself. */
  scratch: z.literal("url", 'the word "url"').optional(),
  /** Size in GiB up to which the database's own server is taken for that although nobody can see whether it has room. */
  unseenRoomGiB: whole("GiB", 0).default(UNSEEN_ROOM_GIB),
  /**
   * What a restore leaves out, since the role may not make it again or a server can have it only once: it is saved, not proven, and made again by hand
   * after a restore. Only with `database: url`.
   */
  exclude: z
    .strictObject({
      eventTriggers: z.array(text("name of an event trigger")).default([]),
      extensions: z.array(text("name of an extension, such as pg_cron")).default([]),
    })
    .prefault({}),
  /** Takes a dump of the newer state on the way back within a major as well: beside the verification, since nothing waits for it. */
  onTheWayBack: z.boolean("true or false").default(false),
});
