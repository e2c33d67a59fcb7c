import { openStore } from "../dumps/store/open-store";
import type { clientVersion } from "../postgres/client-version";
import type { DatabaseSource } from "../postgres/database-source";
import { countRows } from "../postgres/count-rows";
import { openDatabase } from "../postgres/database";
import { readIdentity } from "../postgres/database-identity";
import { readDatabaseFacts, type DatabaseLookOptions } from "../postgres/read-database-facts";
import { readScratchFacts } from "../postgres/read-scratch-facts";
import { DatabaseNotMade, reachableSource } from "../postgres/with-source";
import { longestLook } from "../postgres/within";
import type { CoreFacts, DatabaseFacts } from "../upgrade/facts";
import { hideReason, observe, observed, unavailable } from "../upgrade/observation";
import { redactor } from "../upgrade/redact";
import { wordsOf } from "../upgrade/step-io";
import { backupSecrets } from "./backup-secrets";
import { lookAtBackups, type DataConfig, type DataReach } from "./look-at-backups";
import { secretValues } from "./secret-values";

/** Where one gateway's data is, and what has been saved of it. */
export interface DataLook {
  readonly config: DataConfig;
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** The connection string of what uses the database; undefined if there is none, or if it leads nowhere from here. */
  readonly podsUrl: string | undefined;
  /** The stack in the names of the dumps. */
  readonly stack: string;
  readonly reach: DataReach;
  /** What of a database at a revision a downgrade to the wanted release would delete. @defaultValue nothing: no schema goes down */
  readonly deletes?: ((head: string) => Promise<readonly string[]>) | undefined;
  /** Version of a client program of this machine. */
  readonly ownVersion: typeof clientVersion;
}

type DataFacts = Pick<
  CoreFacts,
  | "database"
  | "podsDatabase"
  | "scratch"
  | "store"
  | "lastDump"
  | "external"
  | "restore"
  | "atStake"
>;

/** One look at the database and at the backups, all at once and without a change. */
export async function lookAtData(look: DataLook): Promise<DataFacts> {
  const { config, source, trackingTable, stack, reach, ownVersion } = look;
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
    ...(reach.seconds === undefined ? {} : { seconds: reach.seconds }),
    ...(source.kind === "url" ? { versionOf: ownVersion } : {}),
  };
  const lookingAtDatabase = lookAtDatabase(look, env, question).then(
    (found) => found && quietly(found),
  );
  const [database, podsDatabase, scratch, atStake, backups] = await Promise.all([
    lookingAtDatabase,
    lookAtPodsDatabase(look).then((found) => found && quietly(found)),
    settings.backup.scratch && observe(() => readScratchFacts(env)).then(quietly),
    lookAtStake(look, lookingAtDatabase, env),
    lookAtBackups({
      config,
      source,
      trackingTable,
      stack,
      store,
      database: lookingAtDatabase,
      reach,
      env,
    }),
  ]);
  return { database, podsDatabase, scratch, atStake, ...backups };
}

/** What there is to see of a product without a database. */
export const NO_DATA: DataFacts = {
  database: undefined,
  store: observed({ words: "no place for dumps, as there is no database", dumps: 0 }),
  restore: unavailable("there is no database, and so no backup"),
};

const environmentOf = (config: DataConfig) => ({
  ...process.env,
  DATABASE_URL: config.databaseUrl,
  SCRATCH_URL: config.scratchUrl,
  ...backupSecrets(config),
});

/** Nothing is looked at where a Job would have to be made for it: a preview makes nothing (law 3). */
async function lookAtDatabase(
  { source, reach }: DataLook,
  env: NodeJS.ProcessEnv,
  question: DatabaseLookOptions,
): Promise<CoreFacts["database"]> {
  return source.kind === "job"
    ? undefined
    : observe(async () => {
        try {
          const reachable = await reachableSource(source, reach.find);
          return await readDatabaseFacts(reachable, env, question);
        } catch (error) {
          if (error instanceof DatabaseNotMade) return notMade(error);
          throw error;
        }
      });
}

/** That a database was never made is an answer as well. */
const notMade = ({ database }: DatabaseNotMade): DatabaseFacts => ({
  exists: false,
  database,
  server: "that is not there yet",
  dumpTool: "",
  bytes: 0,
  mayCreateDatabase: true,
  migrations: undefined,
  freeBytes: undefined,
  migrating: false,
});

/** Rows that a downgrade would delete. Nothing if none would be, or if nobody can look without making something. */
async function lookAtStake(
  { source, deletes, config, reach }: DataLook,
  looking: Promise<CoreFacts["database"]>,
  env: NodeJS.ProcessEnv,
): Promise<CoreFacts["atStake"]> {
  const database = await looking;
  if (deletes === undefined || source.kind === "job" || database?.observed !== true)
    return undefined;
  const names = await deletes(database.value.migrations?.at(-1) ?? "");
  if (names.length === 0) return undefined;
  const hide = redactor(secretValues(config));
  try {
    const reachable = await reachableSource(source, reach.find);
    const risk = await countRows(openDatabase(reachable, env), names, longestLook);
    return risk.countable ? risk : { ...risk, reason: hide(risk.reason) };
  } catch (error) {
    return { countable: false, reason: hide(wordsOf(error)) };
  }
}

/** Whether the pods' own connection string leads anywhere from here, and to which database: mostly the cluster alone reaches it. */
async function lookAtPodsDatabase({
  source,
  podsUrl: url = "",
}: DataLook): Promise<CoreFacts["podsDatabase"]> {
  if (url === "" || source.kind === "job") return undefined;
  return observe(() => readIdentity(url, process.env));
}
