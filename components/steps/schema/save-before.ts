import { basename } from "node:path";
import { checkDump } from "../../dumps/check-dump";
import { readExternal } from "../../dumps/external/read-external";
import { listDumps } from "../../dumps/list-dumps";
import { saveDatabase } from "../../dumps/save-database";
import type { SaveInput } from "../../dumps/save-input";
import type { DumpStore } from "../../dumps/store/dump-store";
import { openStore } from "../../dumps/store/open-store";
import type { Database } from "../../postgres/database";
import type { ReachableSource } from "../../postgres/database-source";
import { keptSince } from "../../postgres/database-names";
import { headOf, readMigrations } from "../../postgres/migrations";
import { query } from "../../postgres/query";
import { readRestoreMark, type RestoreMark } from "../../postgres/restore-mark";
import { readSystemIdentifier } from "../../postgres/system-identifier";
import { withSource } from "../../postgres/with-source";
import { faultOf } from "../../upgrade/external-backup";
import type { OpenPlatform, Platform } from "../../upgrade/platform";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { runningReleases } from "../running-releases";
import { dumpOfNow, type LiveState } from "./dump-of-now";

export interface SaveBefore {
  readonly backup: SaveInput;
  readonly maxAgeMinutes: number;
  readonly database: Database;
  readonly source: ReachableSource;
  /** Images of the gateway that run; nobody is there to write if there is none. */
  readonly running: readonly string[];
  /** Where an external backup's evidence may be asked for. */
  readonly platform: Pick<Platform, "externalBackup">;
  readonly open: OpenPlatform;
}

/**
 * Leaves a whole and proven dump of this very database as it is now, before it is migrated: one that is there, read from its first byte to its
 * last, or a new one. A database without a table needs none (S-02, law 4).
 *
 * @throws StepFailure if none can be taken: nothing is migrated then.
 */
export async function saveBefore(saving: SaveBefore, io: StepIo): Promise<void> {
  const { backup, database } = saving;
  if (backup.external !== undefined) {
    await judgeExternal(saving, backup.external, io);
    return;
  }
  const store = await openStore(backup, io.env);
  const found = await findDump(saving, store, io);
  if (found === undefined)
    io.say(`no dump of ${database.words} as it is now lies in ${store.words}; taking one`);
  else
    try {
      await checkDump(store, basename(found.path), io);
      io.say(`${found.path} shows ${database.words} before this migration, and is whole`);
      return;
    } catch (error) {
      io.signal?.throwIfAborted();
      io.say(`${wordsOf(error)}; taking another one`);
    }
  const saved = await takeDump(saving, io);
  io.say("nothing" in saved ? `nothing to save: ${saved.reason}` : `saved as ${saved.path}`);
}

function takeDump({ backup, source, running, open }: SaveBefore, io: StepIo) {
  const readRunning = () => runningReleases(() => Promise.resolve(running), io.say);
  const save = (scratch?: ReachableSource) =>
    saveDatabase(backup, { source, scratch, readRunning }, io);
  return backup.scratch === undefined ? save() : withSource(backup.scratch, open, io, save);
}

/**
 * Asks for the evidence of a backup that somebody else has taken, at the last moment before a migration.
 *
 * @throws StepFailure if it is not as the gate wants it.
 */
async function judgeExternal(
  { database, platform, maxAgeMinutes }: SaveBefore,
  { source, consented }: NonNullable<SaveInput["external"]>,
  io: StepIo,
): Promise<void> {
  if (await isEmpty(database, io)) {
    io.say(`nothing to save: ${database.words} holds no table`);
    return;
  }
  const refuse = (
    reason: string,
    fix = "take such a backup, then run this again; or remove backup.external, and this program takes one",
  ): never => {
    throw new StepFailure(reason, fix);
  };
  if (!consented)
    refuse(
      "backup.external without consents.externalBackup for this release",
      "set consents.externalBackup with this release and a reason, then run this again; or remove backup.external, and this program takes one",
    );
  const look = { env: io.env, readObject: platform.externalBackup };
  const backup = await readExternal(source, look).catch((error: unknown) =>
    refuse(`no look at the external backup: ${wordsOf(error)}`),
  );
  const fault = faultOf(backup, { now: Date.now(), maxAgeMinutes });
  if (fault !== undefined) refuse(fault);
  io.say(`${backup.name} of ${backup.time} stands for a dump; this program has not restored it`);
}

async function isEmpty(database: Database, { signal }: StepIo): Promise<boolean> {
  const [answer] = await query(
    database,
    `SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema');`,
    { signal },
  );
  return answer === "t";
}

async function findDump(
  { backup, maxAgeMinutes, database, running }: SaveBefore,
  store: DumpStore,
  { signal }: StepIo,
) {
  const [dumps, systemIdentifier, migrations, mark] = await Promise.all([
    listDumps(store, backup, signal),
    readSystemIdentifier(database),
    readMigrations(database, backup.trackingTable, signal),
    running.length === 0 ? readRestoreMark(database, signal) : undefined,
  ]);
  return dumpOfNow(dumps, {
    database: database.name,
    systemIdentifier,
    schemaHead: headOf(migrations),
    restored: mark && restoredAt(mark),
    now: Date.now(),
    maxAgeMinutes,
  });
}

function restoredAt({ sha256, kept }: RestoreMark): LiveState["restored"] {
  const at = keptSince(kept);
  return at === undefined ? undefined : { sha256, at };
}
