/** Secrets that the program itself needs, besides those of the product. */
export type OwnSecret = "DatabaseUrl" | "ScratchUrl" | "BackupKey";

/** Where the stack file says what it says of one product, for findings. */
export interface ConfigPaths {
  /** Path of a setting: `gateways:smoltbot.version`; of all of them if none is named. */
  readonly at: (setting?: string) => string;
  /** Path of a secret of the product: `gateways:smoltbotSecrets.POSTGRES_URL`; of all of them if none is named. */
  readonly secretsAt: (key?: string) => string;
  /** Path of a secret of the program's own: `gateways:smoltbotDatabaseUrl`. */
  readonly ownSecretAt: (secret: OwnSecret) => string;
}

/** The paths of a product by its key in the stack file: `smoltbot`. */
export const configPaths = (product: string): ConfigPaths => ({
  at: (setting) => below(`gateways:${product}`, setting),
  secretsAt: (key) => below(`gateways:${product}Secrets`, key),
  ownSecretAt: (secret) => `gateways:${product}${secret}`,
});

const below = (path: string, key: string | undefined): string =>
  key === undefined ? path : `${path}.${key}`;
