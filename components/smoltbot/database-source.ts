import { databaseSourceIn, jobBeside } from "../kubernetes/gateway/database-source";
import { namedDatabases, type DatabasesConfig } from "../kubernetes/gateway/named-databases";
import { chartNames } from "../kubernetes/helm/chart-names";
import type { DatabaseSource } from "../postgres/database-source";
import type { NamedDatabases } from "../upgrade/gate-input";
import type { SmoltbotConfig } from "./config";
import { CHART } from "./names";

/** Table in which the migration runner lists what it has applied. Source: `mnemom/smoltbot@v2.1.0`, migration runner. */
export const TRACKING_TABLE = "_schema_migrations";

/** Where the steps reach the database. */
export const databaseSource = (settings: SmoltbotConfig): DatabaseSource => {
  const { kubernetes, values } = settings;
  const names = chartNames(CHART, kubernetes.release, values);
  return databaseSourceIn(settings, jobBeside(names, values["imagePullSecrets"]));
};

/** The key that pods and migration read. Source: `mnemom/smoltbot@v2.1.0`, migration runner. */
export const POSTGRES_URL = "POSTGRES_URL";

/** Which databases the stack file names. */
export const databasesNamed = (config: DatabasesConfig): NamedDatabases =>
  namedDatabases("smoltbot", POSTGRES_URL, config);
