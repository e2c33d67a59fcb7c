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

/** One of several gateways of a stack: what it shares with the others stands at the key of its product. */
export interface InstancePlace {
  /** Name below `gateways:instanceSecrets`. */
  readonly name: string;
  /** Where its own settings are: `instances.eu`. */
  readonly at: string;
  /** Settings that it has of its own, by the first part of their path. */
  readonly own: readonly string[];
  /** Variables of the environment, and secrets of the program, that all share and it does not have of its own. */
  readonly shared: readonly string[];
}

/**
 * The paths of a product by its key in the stack file: `smoltbot`. Of one of several gateways what it has of its own, or lacks, is named where it alone has it: a
 * consent or a missing database of one is none of the others.
 */
export const configPaths = (product: string, instance?: InstancePlace): ConfigPaths => ({
  at: (setting) =>
    below(isOwn(setting, instance) ? `gateways:${instance.at}` : `gateways:${product}`, setting),
  secretsAt: (key) =>
    key === undefined || instance === undefined || instance.shared.includes(key)
      ? below(`gateways:${product}Secrets`, key)
      : `gateways:instanceSecrets.${instance.name}.environment.${key}`,
  ownSecretAt: (secret) =>
    instance === undefined || instance.shared.includes(secret)
      ? `gateways:${product}${secret}`
      : `gateways:instanceSecrets.${instance.name}.${secret[0]?.toLowerCase() ?? ""}${secret.slice(1)}`,
});

/** True of a setting that the gateway has of its own, and of each consent: it names a release, or a dump, of one gateway. */
function isOwn(
  setting: string | undefined,
  instance: InstancePlace | undefined,
): instance is InstancePlace {
  const [first = ""] = setting?.split(".") ?? [];
  return instance !== undefined && (first === "consents" || instance.own.includes(first));
}

const below = (path: string, key: string | undefined): string =>
  key === undefined ? path : `${path}.${key}`;
