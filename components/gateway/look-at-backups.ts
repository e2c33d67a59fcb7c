import type { GatewayConfig, GatewaySettings } from "../config/schema";
import { lockedFor, readKeys } from "../dumps/dump-keys";
import { readExternal } from "../dumps/external/read-external";
import { findDumps, lastDumpBytes, type FoundDumps } from "../dumps/list-dumps";
import { readRestoreFacts } from "../dumps/read-restore-facts";
import type { DumpStore } from "../dumps/store/dump-store";
import { openDatabase } from "../postgres/database";
import type { DatabaseSource } from "../postgres/database-source";
import { reachableSource } from "../postgres/with-source";
import { longestLook, within } from "../postgres/within";
import type { ExternalBackup } from "../upgrade/external-backup";
import type { CoreFacts, DatabaseFacts, StoreFacts } from "../upgrade/facts";
import { hideReason, observe, type Observation } from "../upgrade/observation";
import type { BackupObject, Container, ContainerQuery, PlatformPlace } from "../upgrade/platform";
import { redactor } from "../upgrade/redact";
import type { BackupSettings } from "./dump-tasks";
import { secretValues } from "./secret-values";

/** A gateway, as far as it says where its data is and how it is saved. */
export type DataConfig = GatewayConfig<
  Pick<GatewaySettings, "version"> & { readonly backup: BackupSettings }
>;

/** How a look that opens no platform reaches what runs where the gateway does. Nothing of it changes anything. */
export interface DataReach {
  /** Finds the container of a database. */
  readonly find: (place: PlatformPlace, query: ContainerQuery) => Promise<Container>;
  /** The newest backup of which an object of the place tells. */
  readonly external: (object: BackupObject) => Promise<ExternalBackup>;
  /** Longest look at a database, in seconds, where it shares a machine with what is looked at. @defaultValue that of every look */
  readonly seconds?: number;
}

export interface BackupsLook {
  readonly config: DataConfig;
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  readonly stack: string;
  readonly store: DumpStore;
  /** What is known of the database by then. */
  readonly database: Promise<Observation<DatabaseFacts> | undefined>;
  readonly reach: DataReach;
  /** Holds what opens database and dumps. */
  readonly env: NodeJS.ProcessEnv;
}

type BackupsFacts = Pick<CoreFacts, "store" | "lastDump" | "external" | "restore">;

/** One look at the dumps, wherever they lie, and at what a way back with them would take. The store is asked once. */
export async function lookAtBackups(asked: BackupsLook): Promise<BackupsFacts> {
  const { config, stack, store, source, trackingTable, database, reach, env } = asked;
  const { name, settings } = config;
  const quietly = hideReason(redactor(secretValues(config)));
  const found = within(longestLook, store.words, (signal) =>
    findDumps(store, { gateway: name, stack }, signal),
  );
  const dumps = found.then(({ proven }) => proven);
  const open =
    source.kind === "job"
      ? undefined
      : async () => openDatabase(await reachableSource(source, reach.find), env);
  const past = { dumps, wanted: settings.version, open, trackingTable, database };
  const [there, lastDump, external, restore] = await Promise.all([
    observe(() => lookAtStore(store, found, env)).then(quietly),
    dumps.then(lastDumpBytes, () => undefined),
    lookAtExternal(asked).then((found) => found && quietly(found)),
    observe(() => readRestoreFacts(past, env)).then(quietly),
  ]);
  return { store: there, lastDump, external, restore };
}

async function lookAtStore(
  { words }: DumpStore,
  found: Promise<FoundDumps>,
  env: NodeJS.ProcessEnv,
): Promise<StoreFacts> {
  const [{ proven, unread }, keys] = await Promise.all([found, readKeys(env)]);
  const locked = proven.filter((dump) => lockedFor(dump, keys) !== undefined).length;
  return { words, dumps: proven.length, locked, unread };
}

/** Nothing if this program takes the backups. */
async function lookAtExternal({ config, reach }: BackupsLook): Promise<CoreFacts["external"]> {
  const { external } = config.settings.backup;
  if (external === undefined) return undefined;
  return observe(() => readExternal(external, { env: process.env, readObject: reach.external }));
}
