import { partsOfUrl } from "../../postgres/libpq-environment";
import { configPaths } from "../../upgrade/config-paths";
import type { NamedDatabases } from "../../upgrade/gate-input";
import { daemonOfAddress } from "../clash";
import type { DockerProduct, ReleaseOnDocker } from "./product";
import type { DockerConfig } from "./settings";

/**
 * Which databases the stack file names, free of secrets: the one that is saved, and the one that gateway and migration use. The container beside the gateway is saved
 * by default, and a connection string may lead elsewhere, to a database of the same name: then its server is named as well.
 */
export function namedDatabases(
  { name: product, databaseKey }: DockerProduct,
  { settings, databaseUrl, instance }: DockerConfig,
  { secrets }: ReleaseOnDocker,
): NamedDatabases {
  const { at, secretsAt, ownSecretAt } = configPaths(product, instance);
  const { database, host, project } = settings.docker;
  const byUrl = settings.backup.database === "url";
  const used = partsOfUrl(secrets[databaseKey], databaseKey);
  const { PGDATABASE: name, PGHOST: server = "", PGPORT: port = "5432" } = used;
  const isBeside = besideNames(project).includes(server) && used["PGHOSTADDR"] === undefined;
  const elsewhere = `${server}:${port}/${name ?? ""}`;
  const place = isBeside
    ? `${daemonOfAddress(host)} ${project}/${name ?? ""}`
    : `${daemonOfAddress(host)} ${elsewhere}`;
  return {
    saved: byUrl ? partsOfUrl(databaseUrl, "DATABASE_URL")["PGDATABASE"] : database.name,
    savedAt: byUrl ? ownSecretAt("DatabaseUrl") : at("docker.database"),
    used: name === undefined || byUrl || isBeside ? name : elsewhere,
    usedAt: secretsAt(databaseKey),
    usedPlace: name === undefined ? undefined : place,
    sameKey: false,
    ...(byUrl
      ? {}
      : {
          remedy: `leave ${secretsAt(databaseKey)} out for the container beside the gateway; to stay with the other one, set ${at("backup.database")} to url and ${ownSecretAt("DatabaseUrl")} to its connection string`,
        }),
  };
}

/** What the container of PostgreSQL is called in the network of the gateway. */
const besideNames = (project: string): readonly string[] => ["postgres", `${project}-postgres`];
