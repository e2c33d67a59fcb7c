import type { Clusters } from "../api/clusters";
import { lockedFor, readKeys } from "../../dumps/dump-keys";
import { readExternal } from "../../dumps/external/read-external";
import type { Manifest } from "../../dumps/manifest";
import { lastDumpBytes, listDumps } from "../../dumps/list-dumps";
import type { DumpStore } from "../../dumps/store/dump-store";
import { openDatabase } from "../../postgres/database";
import { reachableSource } from "../../postgres/with-source";
import { longestLook, within } from "../../postgres/within";
import { readRestoreFacts } from "../../dumps/read-restore-facts";
import type { CoreFacts, DatabaseFacts, StoreFacts } from "../../upgrade/facts";
import { hideReason, observe, type Observation } from "../../upgrade/observation";
import type { BackupObject } from "../../upgrade/platform";
import { redactor } from "../../upgrade/redact";
import type { DatabaseSource } from "../../postgres/database-source";
import { readExternalBackup } from "../platform/external-backup";
import { findContainerWith } from "../platform/find-container";
import { secretValues } from "./secret-values";
import type { KubernetesConfig } from "./settings";

export interface BackupsLook {
  readonly config: KubernetesConfig;
  readonly source: DatabaseSource;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  readonly stack: string;
  readonly store: DumpStore;
  /** What is known of the database by then. */
  readonly database: Promise<Observation<DatabaseFacts> | undefined>;
  readonly clusters: Clusters;
  /** Holds what opens database and dumps. */
  readonly env: NodeJS.ProcessEnv;
}

type BackupsFacts = Pick<CoreFacts, "store" | "lastDump" | "external" | "restore">;

/** One look at the dumps, wherever they lie, and at what a way back with them would take. The store is asked once. */
export async function lookAtBackups(asked: BackupsLook): Promise<BackupsFacts> {
  const { config, stack, store, source, trackingTable, database, env } = asked;
  const { name, settings } = config;
  const quietly = hideReason(redactor(secretValues(config)));
  const dumps = within(longestLook, store.words, (signal) =>
    listDumps(store, { gateway: name, stack }, signal),
  );
  const open =
    source.kind === "job"
      ? undefined
      : async () => openDatabase(await reachableSource(source, findContainerWith(env)), env);
  const past = { dumps, wanted: settings.version, open, trackingTable, database };
  const [there, lastDump, external, restore] = await Promise.all([
    observe(() => lookAtStore(store, dumps, env)).then(quietly),
    dumps.then(lastDumpBytes, () => undefined),
    lookAtExternal(asked).then((found) => found && quietly(found)),
    observe(() => readRestoreFacts(past, env)).then(quietly),
  ]);
  return { store: there, lastDump, external, restore };
}

async function lookAtStore(
  { words }: DumpStore,
  dumps: Promise<readonly Manifest[]>,
  env: NodeJS.ProcessEnv,
): Promise<StoreFacts> {
  const [there, keys] = await Promise.all([dumps, readKeys(env)]);
  const locked = there.filter((dump) => lockedFor(dump, keys) !== undefined).length;
  return { words, dumps: there.length, locked };
}

/** Nothing if this program takes the backups. */
async function lookAtExternal({ config, clusters }: BackupsLook): Promise<CoreFacts["external"]> {
  const { backup, kubernetes } = config.settings;
  const { external } = backup;
  if (external === undefined) return undefined;
  const readObject = async (object: BackupObject) =>
    readExternalBackup(await clusters.open(kubernetes), kubernetes.namespace, object);
  return observe(() => readExternal(external, { env: process.env, readObject }));
}
