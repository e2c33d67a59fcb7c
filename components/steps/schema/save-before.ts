import { basename } from "node:path";
import type { z } from "zod";
import { saveDatabase } from "../backup/backup";
import type { backupInputSchema } from "../backup/backup-input";
import { checkDump } from "../backup/check-dump";
import { sealedDumps } from "../backup/sealed-dumps";
import type { DumpStore } from "../backup/store/dump-store";
import { openStore } from "../backup/store/open-store";
import type { Database } from "../database/database";
import type { ReachableSource } from "../database/database-source";
import { query } from "../database/query";
import { readMigrations } from "../database/read-migrations";
import { readSystemIdentifier } from "../database/system-identifier";
import { readMark } from "../restore/restore-mark";
import { wordsOf, type StepIo } from "../step";
import { dumpOfNow } from "./dump-of-now";

export interface SaveBefore {
  readonly backup: z.output<typeof backupInputSchema>;
  readonly maxAgeMinutes: number;
  readonly database: Database;
  readonly source: ReachableSource;
  /** True where no pod of the gateway is there to write. */
  readonly quiet: boolean;
}

/**
 * Leaves a whole and proven dump of this very database as it is now, before it is migrated: one that is there, read from its first byte to its
 * last, or a new one. A database without a table needs none (S-02, law 4).
 *
 * @throws StepFailure where none can be taken: nothing is migrated then.
 */
export async function saveBefore(saving: SaveBefore, io: StepIo): Promise<void> {
  const { backup, source, database } = saving;
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

async function findDump(
  { backup, maxAgeMinutes, database, quiet }: SaveBefore,
  store: DumpStore,
  { signal }: StepIo,
) {
  const [dumps, systemIdentifier, migrations, untouchedSince] = await Promise.all([
    sealedDumps(store, backup, signal),
    readSystemIdentifier(database),
    readMigrations(database, backup.trackingTable),
    quiet ? restoredFrom(database) : undefined,
  ]);
  return dumpOfNow(dumps, {
    database: database.name,
    systemIdentifier,
    schemaHead: migrations.at(-1) ?? "",
    untouchedSince,
    now: Date.now(),
    maxAgeMinutes,
  });
}

/** Hash of the dump that a restore has put in the place of the live database; undefined where none has. */
async function restoredFrom(database: Database): Promise<string | undefined> {
  const [row = '""'] = await query(
    database,
    `SELECT pg_catalog.to_jsonb(coalesce(pg_catalog.shobj_description(oid, 'pg_database'), ''))
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();`,
  );
  return readMark(JSON.parse(row) as string)?.sha256;
}
