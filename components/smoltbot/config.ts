import { z } from "zod";
import { chartSource } from "../config/chart-schema";
import { gatewayFields, seconds, type GatewayConfig } from "../config/schema";
import { text, whole } from "../config/words";
import type { InKubernetes } from "../kubernetes/gateway/settings";

const migration = z.strictObject({
  image: text("name of an image, without tag")
    .default("ghcr.io/mnemom/migrate")
    .describe("Image of the migration Job, without its tag: the release is the tag."),
  retries: whole("retries", 0).default(3).describe("Retries of the migration Job."),
  deadlineSeconds: seconds.default(300).describe("Longest run of the migration Job, in seconds."),
});

const license = z.strictObject({
  horizonHours: whole("hours")
    .default(72)
    .describe(
      "Hours that the license must still be valid: for the upgrade, the soak and the time to go back.",
    ),
});

const { version, catalogue, rollout, verify, ...others } = gatewayFields;

/** Everything that a stack file may say about smoltbot, wherever it runs, in the order of the reference. */
export const smoltbotSchema = z.strictObject({
  version,
  chart: chartSource.describe("Where the chart comes from."),
  catalogue,
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values of the chart, passed on as they are, below those that the program sets."),
  ignoreHooks: z
    .array(z.string())
    .default([])
    .describe("Hook objects of the chart that may be left out, by name."),
  ...others,
  schema: migration.prefault({}).describe("The migration of the database."),
  rollout,
  verify,
  license: license.prefault({}).describe("What is asked of the license."),
});

/** The same, with what Kubernetes adds. */
export type SmoltbotConfig = InKubernetes<z.infer<typeof smoltbotSchema>>;
/** Everything about one smoltbot of a stack. */
export type SmoltbotGateway = GatewayConfig<SmoltbotConfig>;
