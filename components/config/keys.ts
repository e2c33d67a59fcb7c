import { z } from "zod";
import { promotionSchema, secretFields, type GatewayConfig, type GatewaySettings } from "./schema";

/** A product, as far as a stack file says something about it. */
export interface ConfiguredProduct {
  /** Key of its settings; begins the names of its secret keys. */
  readonly name: string;
  readonly settings: z.ZodType<GatewaySettings>;
}

/** The keys of a product that hold secrets: `smoltbotSecrets`, `smoltbotDatabaseUrl`, ... */
export const secretKeysOf = (product: string): readonly string[] =>
  Object.keys(secretFields).map((suffix) => product + suffix);

/** All keys of the stack file that describe one gateway of a product, without their `gateways:` prefix. */
export const keysSchema = ({ name, settings }: ConfiguredProduct) =>
  z.strictObject({
    [name]: settings.describe("The gateway of this stack, or what all its gateways share."),
    ...Object.fromEntries(
      Object.entries(secretFields).map(([suffix, schema]) => [name + suffix, schema]),
    ),
    promotion: promotionSchema
      .optional()
      .describe("Which stack proves a release before this stack takes it. Default: none."),
  });

/**
 * What the rest of the program reads, without the words of the stack file.
 *
 * @param keys - as {@link keysSchema} has read them
 */
export function gatewayConfig<Settings>(
  name: string,
  keys: Readonly<Record<string, unknown>>,
  product: string,
): GatewayConfig<Settings> {
  const named = (suffix: string) => keys[product + suffix];
  return {
    name,
    settings: named(""),
    secrets: named("Secrets"),
    databaseUrl: named("DatabaseUrl"),
    scratchUrl: named("ScratchUrl"),
    backupCredentials: named("BackupCredentials"),
    backupKey: named("BackupKey"),
    prometheusToken: named("PrometheusToken"),
    promotion: keys["promotion"],
  } as GatewayConfig<Settings>;
}
