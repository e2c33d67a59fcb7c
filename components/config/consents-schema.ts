import { z } from "zod";
import { matching, text, version } from "./words";

/** A consent is for one release, so that it cannot be left switched on (law 5). */
export const consent = z.strictObject({
  release: version.describe("The only release that the consent covers."),
  reason: text("the reason, in words").describe("The reason, in words. The report repeats it."),
});

const fileName = matching(/^[^/]+$/, "name of a dump, without its path");

/** The operator's consents to one danger and one release each. */
export const consentsSchema = z.strictObject({
  major: consent.optional().describe("Upgrades to a release of another major."),
  restore: consent
    .extend({
      dump: fileName.describe("Name of the dump, without its path. The preview names it."),
      over: z
        .array(text("name of a slot, subscription or replica"))
        .optional()
        .describe(
          "Names of replication slots, subscriptions and replicas that follow the database and may be left behind.",
        ),
    })
    .optional()
    .describe(
      "Puts the database back to a dump on the way back across a major. What was written since is lost to the gateway; the database that is left stays under another name.",
    ),
  noWayBack: consent
    .optional()
    .describe(
      "Upgrades to a release of another major although the role could not put the database back to its dump.",
    ),
  scratch: consent
    .optional()
    .describe(
      "Tries the restore of a large dump on the live server although nobody can see whether it has room.",
    ),
  externalBackup: consent
    .optional()
    .describe(
      "Migrates on the evidence of `backup.external`, which this program has not proven by a restore.",
    ),
  removal: consent
    .optional()
    .describe("Lifts the protection of the gateway, so that `pulumi destroy` may remove it."),
  schema: consent
    .extend({
      head: z.string("name of the last migration").describe("Name of the last migration."),
    })
    .optional()
    .describe("Starts a release on a schema whose origin nothing else shows."),
});

/** The same of a product that knows what the way between its releases takes. */
export const hopConsentsSchema = consentsSchema.extend({
  window: consent
    .optional()
    .describe(
      "Upgrades although programs of the release before fail while the new one comes. The preview says what fails.",
    ),
  deletion: consent
    .optional()
    .describe(
      "Upgrades to a release that deletes rows by itself. The preview says which, and the value that decides it.",
    ),
  downgrade: consent
    .extend({
      from: version.describe(
        "The newer release, whose image takes the schema down. The preview names it.",
      ),
      revision: text("name of a revision").describe(
        "The revision to which the schema goes down. The preview names it.",
      ),
      deletes: z
        .array(text("name of a table, or of a column as table.column"))
        .optional()
        .describe(
          "Names of all tables and columns that this deletes. Their rows are saved to a file first.",
        ),
    })
    .optional()
    .describe(
      "Takes the schema down on the way back, by the image of the newer release. Nothing may write to the database from then until the older release serves.",
    ),
});
