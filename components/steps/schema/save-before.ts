import { basename } from "node:path";
import type { z } from "zod";
import type { ClusterClient } from "../../kubernetes/client";
import { saveDatabase } from "../backup/backup";
import type { backupInputSchema } from "../backup/backup-input";
import { checkDump } from "../backup/check-dump";
import { sealedDumps } from "../backup/sealed-dumps";
import { faultOf } from "../backup/external/judge-external";
import { readExternal } from "../backup/external/read-external";
import type { DumpStore } from "../backup/store/dump-store";
import { openStore } from "../backup/store/open-store";
import type { Database } from "../database/database";
import type { ReachableSource } from "../database/database-source";
import { query } from "../database/query";
import { readMigrations } from "../database/read-migrations";
import { readSystemIdentifier } from "../database/system-identifier";
import { StepFailure, wordsOf, type StepIo } from "../step";
import { dumpOfNow } from "./dump-of-now";
import { readRestoreMark } from "./read-restore-mark";

export interface SaveBefore {
  readonly backup: z.output<typeof backupInputSchema>;
  readonly maxAgeMinutes: number;
  readonly database: Database;
  readonly source: ReachableSource;
  /** True where no pod of the gateway is there to write. */
  readonly quiet: boolean;
  /** Where an external backup's evidence may be asked for. */
  readonly client: ClusterClient;
  readonly namespace: string;
}

/**
 * Leaves a whole and proven dump of this very database as it is now, before it is migrated: one that is there, read from its first byte to its
 * last, or a new one. A database without a table needs none (S-02, law 4).
 *
 * @throws StepFailure where none can be taken: nothing is migrated then.
 */
export async function saveBefore(saving: SaveBefore, io: StepIo): Promise<void> {
  const { backup, source, database } = saving;
  if (backup.external !== undefined) {
    await judgeExternal(saving, backup.external, io);
    return;
  }
  const store = await openStore(backup, io.env);
  const found = await findDump(saving, store, io);
  if (found !== undefined) {
    try {
      await checkDump(store, basename(found.path), io);
      io.say(`${found.path} shows ${database.words} before this migration, and is whole`);
      return;
    } catch (error) {
      io.signal?.throwIfAborted();
      io.say(`${wordsOf(error)}; taking another one`);
    }
  } else {
    io.say(`no dump of ${database.words} as it is now lies in ${store.words}; taking one`);
  }
  const saved = await saveDatabase(backup, source, io);
  io.say("nothing" in saved ? `nothing to save: ${saved.reason}` : `saved as ${saved.path}`);
}

/**
 * Asks for the evidence of a backup that somebody else has taken, at the last moment before a migration.
 *
 * @throws StepFailure where it is not as the gate wants it.
 */
async function judgeExternal(
  { database, client, namespace, maxAgeMinutes }: SaveBefore,
  { source, consented }: NonNullable<SaveBefore["backup"]["external"]>,
  io: StepIo,
): Promise<void> {
  if (await isEmpty(database)) {
    io.say(`nothing to save: ${database.words} holds no table`);
    return;
  }
  const refuse = (reason: string): never => {
    throw new StepFailure(
      reason,
      "take such a backup, then run this again; or remove backup.external, and this program takes one",
    );
  };
  if (!consented) refuse("backup.external without consents.externalBackup for this release");
  const look = { namespace, env: io.env, open: () => Promise.resolve(client) };
  const backup = await readExternal(source, look).catch((error: unknown) =>
    refuse(`no look at the external backup: ${wordsOf(error)}`),
  );
  const fault = faultOf(backup, { now: Date.now(), maxAgeMinutes });
  if (fault !== undefined) refuse(fault);
  io.say(`${backup.name} of ${backup.time} stands for a dump; this program has not restored it`);
}

async function isEmpty(database: Database): Promise<boolean> {
  const [answer] = await query(
    database,
    `SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema');`,
  );
  return answer === "t";
}

async function findDump(
  { backup, maxAgeMinutes, database, quiet }: SaveBefore,
  store: DumpStore,
  { signal }: StepIo,
) {
  const [dumps, systemIdentifier, migrations, mark] = await Promise.all([
    sealedDumps(store, backup, signal),
    readSystemIdentifier(database),
    readMigrations(database, backup.trackingTable),
    quiet ? readRestoreMark(database) : undefined,
  ]);
  return dumpOfNow(dumps, {
    database: database.name,
    systemIdentifier,
    schemaHead: migrations.at(-1) ?? "",
    untouchedSince: mark?.sha256,
    now: Date.now(),
    maxAgeMinutes,
  });
}
