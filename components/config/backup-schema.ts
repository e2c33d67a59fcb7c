import { z } from "zod";
import { externalSourceSchema } from "../dumps/external/external-source";
import { bucketSchema } from "../dumps/store/bucket";
import { UNSEEN_ROOM_GIB } from "../upgrade/copy-room";
import { text, whole } from "./words";

/** `pg_dump` and `psql` connect from where `pulumi` runs: the one way to a database that every target has. */
export const byUrl = z.literal("url").describe("By `gateways:<product>DatabaseUrl`.");

/** What `backup.external` is, in each of its forms. */
export const EXTERNAL =
  "Evidence of a backup that somebody else takes, instead of dumps. It needs `consents.externalBackup`, since this program has not restored it, and rules out going back across a major by this program.";

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

/** Everything that a stack file may say about backups wherever a gateway runs. Closed: an unknown key is a fault. A target adds its ways to the database. */
export const backupSchema = z.strictObject({
  database: byUrl.default("url").describe("How `pg_dump` and `psql` reach the database."),
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
      "A bucket for the dumps instead of the folder, so that every machine finds them. Its credentials are what the AWS SDK finds in the environment, or the secret `gateways:<product>BackupCredentials`.",
    ),
  encrypt: z
    .boolean("true or false")
    .default(false)
    .describe("Encrypts new dumps with age, for the first key of `gateways:<product>BackupKey`."),
  keep: whole("dumps").default(10).describe("Proven dumps that are kept per gateway and stack."),
  external: externalSourceSchema.optional().describe(EXTERNAL),
  maxAgeMinutes: whole("minutes")
    .default(60)
    .describe(
      "Age in minutes up to which a dump, or an external backup, counts before a migration. If there is no younger one, the schema step takes another dump.",
    ),
  scratch: z
    .literal("url", 'the word "url"')
    .optional()
    .describe(
      "`url` tries the restore on another server, by the secret `gateways:<product>ScratchUrl`. Default: on the server of the database itself.",
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
