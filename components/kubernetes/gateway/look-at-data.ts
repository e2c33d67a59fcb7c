import { openStore } from "../../dumps/store/open-store";
import type { clientVersion } from "../../postgres/client-version";
import type { DatabaseSource } from "../../postgres/database-source";
import { readIdentity } from "../../postgres/database-identity";
import { readDatabaseFacts, type DatabaseLookOptions } from "../../postgres/read-database-facts";
import { readScratchFacts } from "../../postgres/read-scratch-facts";
import { reachableSource } from "../../postgres/with-source";
import type { CoreFacts } from "../../upgrade/facts";
import { hideReason, observe, observed, unavailable } from "../../upgrade/observation";
import { redactor } from "../../upgrade/redact";
import type { Clusters } from "../api/clusters";
import { findContainerWith } from "../platform/find-container";
import { backupSecrets } from "./backup-secrets";
import { lookAtBackups } from "./look-at-backups";
import { secretValues } from "./secret-values";
import type { KubernetesConfig } from "./settings";

/** Where one gateway's data is, and what has been saved of it. */
export interface DataLook {
  readonly config: KubernetesConfig;
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** The pods' own connection string; undefined if there is none. */
  readonly podsUrl: string | undefined;
  /** The stack in the names of the dumps. */
  readonly stack: string;
  readonly clusters: Clusters;
  /** Version of a client program of this machine. */
  readonly ownVersion: typeof clientVersion;
}

type DataFacts = Pick<
  CoreFacts,
  "database" | "podsDatabase" | "scratch" | "store" | "lastDump" | "external" | "restore"
>;

/** One look at the database and at the backups, all at once and without a change. */
export async function lookAtData(look: DataLook): Promise<DataFacts> {
  const { config, source, trackingTable, stack, clusters, ownVersion } = look;
  const { settings } = config;
  const env = environmentOf(config);
  const store = await openStore(settings.backup, env);
  // The reasons get into the plan as well as into findings.
  const quietly = hideReason(redactor(secretValues(config)));
  const { exclude } = settings.backup;
  const question = {
    freeBytes: () => store.freeBytes(),
    trackingTable,
    exclude,
    ...(source.kind === "url" ? { versionOf: ownVersion } : {}),
  };
  const lookingAtDatabase = lookAtDatabase(source, env, question).then(
    (found) => found && quietly(found),
  );
  const [database, podsDatabase, scratch, backups] = await Promise.all([
    lookingAtDatabase,
    lookAtPodsDatabase(look).then((found) => found && quietly(found)),
    settings.backup.scratch && observe(() => readScratchFacts(env)).then(quietly),
    lookAtBackups({
      config,
      source,
      trackingTable,
      stack,
      store,
      database: lookingAtDatabase,
      clusters,
      env,
    }),
  ]);
  return { database, podsDatabase, scratch, ...backups };
}

/** What there is to see of a product without a database. */
export const NO_DATA: DataFacts = {
  database: undefined,
  store: observed({ words: "no place for dumps, as there is no database", dumps: 0 }),
  restore: unavailable("there is no database, and so no backup"),
};

const environmentOf = (config: KubernetesConfig) => ({
  ...process.env,
  DATABASE_URL: config.databaseUrl,
  SCRATCH_URL: config.scratchUrl,
  ...backupSecrets(config),
});

/** Nothing is looked at where a Job would have to be made for it: a preview makes nothing (law 3). */
async function lookAtDatabase(
  source: DatabaseSource,
  env: NodeJS.ProcessEnv,
  question: DatabaseLookOptions,
): Promise<CoreFacts["database"]> {
  return source.kind === "job"
    ? undefined
    : observe(async () => {
        const reachable = await reachableSource(source, findContainerWith(env));
        return readDatabaseFacts(reachable, env, question);
      });
}

/** Whether the pods' own connection string leads anywhere from here, and to which database: mostly the cluster alone reaches it. */
async function lookAtPodsDatabase({
  source,
  podsUrl: url = "",
}: DataLook): Promise<CoreFacts["podsDatabase"]> {
  if (url === "" || source.kind === "job") return undefined;
  return observe(() => readIdentity(url, process.env));
}
