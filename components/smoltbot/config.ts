import { z } from "zod";
import { chartSource, gatewayFields, seconds, type GatewayConfig } from "../config/schema";
import { text, whole } from "../config/words";

/** Everything that a stack file may say about smoltbot. Closed: an unknown key is a fault. */
export const smoltbotSchema = z.strictObject({
  ...gatewayFields,
  chart: chartSource,
  /** Passed to the chart as they are, below what this program sets itself. */
  values: z.record(z.string(), z.unknown()).default({}),
  /** Key that the chart has and this program models: hook objects that may be ignored by name. */
  ignoreHooks: z.array(z.string()).default([]),
  schema: z
    .strictObject({
      image: text("name of an image, without tag").default("ghcr.io/mnemom/migrate"),
      /** Retries of the Job (S-27). */
      retries: whole("retries", 0).default(3),
      /** Longest run of the Job in seconds (S-27). */
      deadlineSeconds: seconds.default(300),
    })
    .prefault({}),
  license: z
    .strictObject({
      /** Hours that the license must outlive: upgrade, soak and the time to go back (S-07, T-09). */
      horizonHours: whole("hours").default(72),
    })
    .prefault({}),
});

export type SmoltbotConfig = z.infer<typeof smoltbotSchema>;
/** Everything about one smoltbot of a stack. */
export type SmoltbotGateway = GatewayConfig<SmoltbotConfig>;
