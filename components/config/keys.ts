import { z } from "zod";
import { configSchema, type GatewayConfig, type GatewaySettings } from "./schema";

/** A product, as far as a stack file says something about it. */
export interface ConfiguredProduct {
  /** Key of its settings; begins the names of its secret keys. */
  readonly name: string;
  readonly settings: z.ZodType<GatewaySettings>;
}

const PREFIX = "smoltbot";
const { promotion, ...all } = configSchema.shape;
/** What stands behind a product's name, each with its schema: `Secrets`, `DatabaseUrl`, ... */
const secrets = Object.entries(all)
  .filter(([key]) => key !== PREFIX)
  .map(([key, schema]) => [key.slice(PREFIX.length), schema] as const);

/** The keys of a product that hold secrets: `smoltbotSecrets`, `smoltbotDatabaseUrl`, ... */
export const secretKeysOf = (product: string): readonly string[] =>
  secrets.map(([suffix]) => product + suffix);

/** All keys of the stack file that describe one gateway of a product, without their `gateways:` prefix. */
export const keysSchema = ({ name, settings }: ConfiguredProduct) =>
  z.strictObject({
    [name]: settings,
    ...Object.fromEntries(secrets.map(([suffix, schema]) => [name + suffix, schema])),
    promotion,
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
