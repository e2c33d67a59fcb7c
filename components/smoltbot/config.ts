import { z } from "zod";
import { chartFields, chartSource } from "../config/chart-schema";
import { migrationFields } from "../config/migration-schema";
import { gatewayFields, type GatewayConfig } from "../config/schema";
import { text, whole } from "../config/words";
import type { InKubernetes } from "../kubernetes/gateway/settings";

const migration = z.strictObject({
  image: text("name of an image, without tag")
    .default("ghcr.io/mnemom/migrate")
    .describe("Image of the migration Job, without its tag: the release is the tag."),
  ...migrationFields,
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
  ...chartFields,
  ...others,
  schema: migration.prefault({}).describe("The migration of the database."),
  rollout,
  verify,
  statusProgram: text("name or path of the smoltbot CLI")
    .optional()
    .describe(
      "CLI by which the verification runs `smoltbot status`, where `pulumi` runs; its words are judged, and not its exit code. It asks the vendor's cloud and never this gateway, which gets `verify.requests` in any case. Default: it is not run.",
    ),
  license: license.prefault({}).describe("What is asked of the license."),
});

/** The same, with what Kubernetes adds. */
export type SmoltbotConfig = InKubernetes<z.infer<typeof smoltbotSchema>>;
/** Everything about one smoltbot of a stack. */
export type SmoltbotGateway = GatewayConfig<SmoltbotConfig>;
