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
  z.literal("url").describe("By `gateways:smoltbotDatabaseUrl`."),
  z
    .strictObject({
      pod: text("name of the pod that runs PostgreSQL").describe(
        "Name of the pod that runs PostgreSQL.",
      ),
      container: text("name of its container")
        .optional()
        .describe("Name of its container. Default: the one that kubectl chooses."),
      namespace: dnsLabel.optional().describe("Its namespace. Default: the gateway's own."),
      database: text("name of the database").default("mnemom").describe("Name of the database."),
      user: text("name of a database role")
        .default("mnemom")
        .describe("Role that connects to the database."),
    })
    .describe("Inside a pod of the database, through `kubectl exec`."),
  z
    .strictObject({
      job: z
        .strictObject({
          image: text("name of an image with psql, pg_dump and pg_restore")
            .default("postgres:16-alpine")
            .describe("Image with the client programs, of the server's major version."),
          secretKey: text("key of the Secret")
            .default("POSTGRES_URL")
            .describe("Key of the gateway's Secret that holds the connection string."),
          serviceAccount: dnsLabel
            .optional()
            .describe("ServiceAccount of the Job's pod. Default: that of the namespace."),
        })
        .describe("The Job. `{}` takes the defaults."),
    })
    .describe(
      "Inside a Job that is made for it and takes the connection from the gateway's Secret.",
    ),
]);

const excluded = z.strictObject({
  eventTriggers: z
    .array(text("name of an event trigger"))
    .default([])
    .describe("Names of event triggers."),
  extensions: z
    .array(text("name of an extension, such as pg_cron"))
    .default([])
    .describe("Names of extensions, such as `pg_cron`."),
});

/** Everything that a stack file may say about backups. Closed: an unknown key is a fault. */
export const backupSchema = z.strictObject({
  database: databaseSource.default("url").describe("How `pg_dump` and `psql` reach the database."),
  format: z
    .enum(["custom", "plain"], "custom or plain")
    .default("custom")
    .describe("Form of the dumps: `custom` for pg_restore, `plain` for psql and for reading."),
  directory: text("path of a folder")
    .default("backups")
    .describe("Folder for the dumps, relative to the program, mode 0700. Unused with a `store`."),
  store: bucketSchema
    .optional()
    .describe(
      "A bucket for the dumps instead of the folder, so that every machine finds them. Its credentials are what the AWS SDK finds in the environment, or the secret `gateways:smoltbotBackupCredentials`.",
    ),
  encrypt: z
    .boolean("true or false")
    .default(false)
    .describe("Encrypts new dumps with age, for the first key of `gateways:smoltbotBackupKey`."),
  keep: whole("dumps").default(10).describe("Proven dumps that are kept per gateway and stack."),
  external: externalSourceSchema
    .optional()
    .describe(
      "Evidence of a backup that somebody else takes, instead of dumps. It needs `consents.externalBackup`, since this program has not restored it, and rules out going back across a major by this program.",
    ),
  maxAgeMinutes: whole("minutes")
    .default(60)
    .describe(
      "Age in minutes up to which a dump, or an external backup, counts before a migration. If there is no younger one, the schema step takes another dump.",
    ),
  scratch: z
    .literal("url", 'the word "url"')
    .optional()
    .describe(
      "`url` tries the restore on another server, by the secret `gateways:smoltbotScratchUrl`. Default: on the server of the database itself.",
    ),
  unseenRoomGiB: whole("GiB", 0)
    .default(UNSEEN_ROOM_GIB)
    .describe(
      "Size of the database in GiB up to which the restore is tried on its own server although nobody can see whether it has room.",
    ),
  exclude: excluded
    .prefault({})
    .describe(
      "What a restore leaves out, since the role may not make it again or a server can have it only once. It is saved and not proven; make it again by hand after a restore. Only with `database: url`.",
    ),
  onTheWayBack: z
    .boolean("true or false")
    .default(false)
    .describe(
      "Takes a dump of the newer state on the way back within a major as well: beside the verification, so that nothing waits for it.",
    ),
});
