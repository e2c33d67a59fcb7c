import type { GatewayConfig } from "../../config/schema";
import { partsOfUrl } from "../../postgres/libpq-environment";
import { configPaths } from "../../upgrade/config-paths";
import type { NamedDatabases } from "../../upgrade/gate-input";
import type { KubernetesSettings } from "./settings";

/** What a stack file says of the databases of a gateway. */
export type DatabasesConfig = Pick<
  GatewayConfig<Pick<KubernetesSettings, "backup">>,
  "settings" | "secrets" | "databaseUrl" | "instance"
>;

/**
 * Which databases the stack file names, free of secrets: the one that is saved, and the one that pods and migration use.
 *
 * @param product - key of the product's settings
 * @param key - key of the connection string that pods and migration read
 */
export function namedDatabases(
  product: string,
  key: string,
  config: DatabasesConfig,
): NamedDatabases {
  const { at, secretsAt, ownSecretAt } = configPaths(product, config.instance);
  const { database: source } = config.settings.backup;
  const used = config.secrets[key];
  return {
    saved: savedName(config, key),
    savedAt: source === "url" ? ownSecretAt("DatabaseUrl") : at("backup.database"),
    used: nameIn(used, key),
    usedAt: secretsAt(key),
    usedPlace: placeIn(used, key),
    sameKey: typeof source === "object" && "job" in source && source.job.secretKey === key,
  };
}

function savedName(
  { settings, secrets, databaseUrl }: DatabasesConfig,
  key: string,
): string | undefined {
  const { database } = settings.backup;
  if (database === "url") return nameIn(databaseUrl, key);
  return "job" in database ? nameIn(secrets[database.job.secretKey], key) : database.database;
}

const nameIn = (url: string | undefined, key: string): string | undefined =>
  partsOfUrl(url, key)["PGDATABASE"];

function placeIn(url: string | undefined, key: string): string | undefined {
  const { PGHOST: host = "", PGPORT: port = "5432", PGDATABASE: name } = partsOfUrl(url, key);
  return name === undefined ? undefined : `${host}:${port}/${name}`;
}
