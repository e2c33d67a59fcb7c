import { libpqEnvironment } from "../postgres/libpq-environment";
import { configPaths } from "../upgrade/config-paths";
import type { NamedDatabases } from "../upgrade/gate-input";
import type { SmoltbotGateway } from "./config";

/** The key that pods and migration read. Source: `mnemom/smoltbot@v2.1.0`, migration runner. */
export const POSTGRES_URL = "POSTGRES_URL";

/** Which databases the stack file names, free of secrets: the one that is saved, and the one that pods and migration use. */
export function namedDatabases(
  config: Pick<SmoltbotGateway, "settings" | "secrets" | "databaseUrl">,
): NamedDatabases {
  const { at, secretsAt, ownSecretAt } = configPaths("smoltbot");
  const { database: source } = config.settings.backup;
  const used = config.secrets[POSTGRES_URL];
  return {
    saved: savedName(config),
    savedAt: source === "url" ? ownSecretAt("DatabaseUrl") : at("backup.database"),
    used: nameIn(used),
    usedAt: secretsAt(POSTGRES_URL),
    usedPlace: placeIn(used),
    sameKey: typeof source === "object" && "job" in source && source.job.secretKey === POSTGRES_URL,
  };
}

function savedName({
  settings,
  secrets,
  databaseUrl,
}: Parameters<typeof namedDatabases>[0]): string | undefined {
  const { database } = settings.backup;
  if (database === "url") return nameIn(databaseUrl);
  return "job" in database ? nameIn(secrets[database.job.secretKey]) : database.database;
}

/** Parts of a connection string that are no secret; of one that cannot be read there are none. */
function partsOf(url: string | undefined): Readonly<Record<string, string>> {
  try {
    return url === undefined ? {} : libpqEnvironment(url, POSTGRES_URL);
  } catch {
    return {};
  }
}

const nameIn = (url: string | undefined): string | undefined => partsOf(url)["PGDATABASE"];

function placeIn(url: string | undefined): string | undefined {
  const { PGHOST: host = "", PGPORT: port = "5432", PGDATABASE: name } = partsOf(url);
  return name === undefined ? undefined : `${host}:${port}/${name}`;
}
