import type { GatewayConfig } from "../../config/schema";
import type { Clusters } from "../api/clusters";
import { lockedFor, readKeys } from "../../dumps/dump-keys";
import { readExternal } from "../../dumps/external/read-external";
import type { Manifest } from "../../dumps/manifest";
import { lastDumpBytes, listDumps } from "../../dumps/list-dumps";
import type { DumpStore } from "../../dumps/store/dump-store";
import { longestLook, within } from "../../postgres/within";
import { redactor } from "../../steps/redact";
import { readRestoreFacts } from "../../steps/restore/read-restore-facts";
import type { DatabaseFacts, Facts, StoreFacts } from "../../upgrade/facts";
import { hideReason, observe, type Observation } from "../../upgrade/observation";
import type { DatabaseSource } from "../../postgres/database-source";
import { secretValues } from "./secret-values";

export interface BackupsLook {
  readonly config: GatewayConfig;
  readonly source: DatabaseSource;
  readonly stack: string;
  readonly store: DumpStore;
  /** What is known of the database by then. */
  readonly database: Promise<Observation<DatabaseFacts> | undefined>;
  readonly clusters: Clusters;
  /** Holds what opens database and dumps. */
  readonly env: NodeJS.ProcessEnv;
}

type BackupsFacts = Pick<Facts, "store" | "lastDump" | "external" | "restore">;

/** One look at the dumps, wherever they lie, and at what a way back with them would take. The store is asked once. */
export async function lookAtBackups(asked: BackupsLook): Promise<BackupsFacts> {
  const { config, stack, store, source, database, env } = asked;
  const { name, settings } = config;
  const quietly = hideReason(redactor(secretValues(config)));
  const dumps = within(longestLook, store.words, (signal) =>
    listDumps(store, { gateway: name, stack }, signal),
  );
  const past = { dumps, wanted: settings.version, source, database };
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

/** Nothing where this program takes the backups. */
async function lookAtExternal({ config, clusters }: BackupsLook): Promise<Facts["external"]> {
  const { backup, kubernetes } = config.settings;
  const { external } = backup;
  if (external === undefined) return undefined;
  const { namespace } = kubernetes;
  const open = () => clusters.open(kubernetes);
  return observe(() => readExternal(external, { namespace, env: process.env, open }));
}
