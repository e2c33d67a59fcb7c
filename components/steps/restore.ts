import { checkDump } from "../dumps/check-dump";
import { judgeDump } from "../dumps/judge-dump";
import { judgeRoomBeside } from "../dumps/judge-room";
import { listDumps } from "../dumps/list-dumps";
import type { Manifest } from "../dumps/manifest";
import { stopwatch } from "../dumps/progress";
import { restoreBeside } from "../dumps/restore-beside";
import { openStore } from "../dumps/store/open-store";
import { clientVersion } from "../postgres/client-version";
import { openDatabase } from "../postgres/database";
import { keptName } from "../postgres/database-names";
import { judgeRights } from "../postgres/judge-rights";
import { readLiveDatabase, type LiveDatabase } from "../postgres/live-database";
import { headOf, readMigrations } from "../postgres/migrations";
import { withMark } from "../postgres/restore-mark";
import { withServer } from "../postgres/restore-server";
import { readServerRoom } from "../postgres/server-room";
import type { Session } from "../postgres/session";
import { allowConnections, disconnectAll, swapDatabases } from "../postgres/swap-databases";
import { readSystemIdentifier } from "../postgres/system-identifier";
import { withSource } from "../postgres/with-source";
import type { OpenPlatform, Writers } from "../upgrade/platform";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";
import { openPlatform } from "./open-platform";
import type { RestoreInput } from "./restore-input";
import { judgeFollowers } from "./restore/judge-followers";
import { judgeNeed } from "./restore/judge-need";
import { restoredBefore, type RestoreMeans } from "./restore/restored-before";
import { undo } from "./restore/undo";

/** The dump's state is live. */
export interface Restored {
  /** File name of the dump. */
  readonly restored: string;
  /** Rows of all tables. */
  readonly rows: number;
  /** Name of the database that was live before; it stays until somebody drops it. */
  readonly kept: string;
  /** Time for which the writers had been stopped when the restored database took its place. */
  readonly quiescedSeconds: number;
}

/** Nothing was to be restored, and why. */
export interface NothingRestored {
  readonly skipped: string;
}

export type RestoreResult = Restored | NothingRestored;

/**
 * Leaves a database restored from the dump, and proven, in the place of the live one, which is kept under another name; its writers are
 * stopped then, for the rollout of the older release that follows. Or leaves everything as it was and fails. Killed anywhere and run
 * again, it goes on, and changes places once (S-44, T-12, T-13).
 *
 * @throws StepFailure
 */
export const runRestore = (
  input: RestoreInput,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<RestoreResult> =>
  withSource(input.source, open, io, async (source) => {
    const store = await openStore(input, io.env);
    const means = { input, io, live: openDatabase(source, io.env), store };
    const progress = { hasBegun: false };
    try {
      return await open(input, io, (platform) =>
        withServer(means.live, `gateways restore ${input.release}`, io.signal, (server) => {
          progress.hasBegun = true;
          return restore({ ...means, server, writers: platform.writers(input.deployments) });
        }),
      );
    } catch (error) {
      const failure = toStepFailure(error, io);
      if (!progress.hasBegun) throw failure;
      return undo({ ...means, open }, failure);
    }
  });

function toStepFailure(error: unknown, io: StepIo): StepFailure {
  if (io.signal?.aborted === true)
    return new StepFailure("the restore was stopped before its end", "run this again");
  return error instanceof StepFailure
    ? error
    : new StepFailure(wordsOf(error), "see to the reason, then run this again");
}

/** What a restore works with while it holds its lock. */
interface Restoring extends RestoreMeans {
  /** A session beside the live database. */
  readonly server: Session;
  readonly writers: Writers;
}

async function restore(restoring: Restoring): Promise<RestoreResult> {
  const { input, io, live, server, writers } = restoring;
  const look = await lookAt(restoring);
  if (!look.open) {
    io.say(`${live.words} lets nobody in, as a run that was killed left it; opening it again`);
    await allowConnections(server, live.name, true);
  }
  const skipped = await restoredBefore(restoring, look);
  if (skipped !== undefined) {
    await writers.keepStopped();
    io.say(skipped);
    return { skipped };
  }
  const manifest = await check(restoring, look);
  await writers.checkStop();
  const dump = { store: restoring.store, manifest };
  const { trackingTable } = input;
  const restored = await restoreBeside({ server, live, look, dump, trackingTable, io });
  return swap(restoring, look, manifest, restored);
}

async function lookAt({ live, server }: Restoring): Promise<LiveDatabase> {
  const look = await readLiveDatabase(server, live.name);
  if (look !== undefined) return look;
  throw new StepFailure(
    `there is no ${live.words}`,
    "check the connection string; if the database is lost, restore the dump by hand into a new one of that name",
  );
}

/** Reads the whole dump, and asks everything that can be asked before anything is touched. */
async function check(restoring: Restoring, look: LiveDatabase): Promise<Manifest> {
  const { input, io, live, store } = restoring;
  refuseMigrating(look);
  judgeRights(look.rights);
  judgeFollowers(look.followers, input.over, live.name);
  await store.judge(input.dump);
  io.say(`reading ${store.place(input.dump)} from its first to its last byte`);
  const manifest = await checkDump(store, input.dump, io);
  refuseInPod(input, manifest);
  const pgRestore = await clientVersion(live, "pg_restore", io.signal);
  judgeDump(input, manifest, {
    database: live.name,
    systemIdentifier: await readSystemIdentifier(live),
    server: look.server,
    encoding: look.encoding,
    pgRestore,
  });
  const head = headOf(await readMigrations(live, input.trackingTable, io.signal));
  judgeNeed(input, await listDumps(store, input, io.signal), head);
  const room = await readServerRoom(live, io.signal);
  io.say(judgeRoomBeside(room, Math.max(look.bytes, manifest.archive.bytes)));
  return manifest;
}

/** Stops the writers and puts the restored database in the place of the live one. */
async function swap(
  restoring: Restoring,
  { comment: before, rights }: LiveDatabase,
  manifest: Manifest,
  restored: string,
): Promise<RestoreResult> {
  const { input, io, live, server, writers } = restoring;
  const quiesced = stopwatch();
  await writers.stop(input.deadlineSeconds);
  refuseMigrating(await lookAt(restoring));
  const head = headOf(await readMigrations(live, input.trackingTable, io.signal));
  await disconnectAll(server, live.name, rights, io);
  const kept = keptName(live.name, input.release, Date.now());
  const comment = withMark(before, {
    dump: input.dump,
    sha256: manifest.sha256,
    rows: manifest.rows,
    kept,
    undone: head === manifest.schemaHead ? "" : head,
  });
  await swapDatabases(server, { live: live.name, restored, kept, comment });
  await writers.keepStopped();
  io.say(`${live.name} is restored; the data of before lies in database ${kept} of that server`);
  return { restored: input.dump, rows: manifest.rows, kept, quiescedSeconds: quiesced() };
}

/** The list of what is restored is a file of this machine. */
function refuseInPod({ source, dump }: RestoreInput, { excluded = [] }: Manifest): void {
  if (excluded.length === 0 || source.kind === "url") return;
  throw new StepFailure(
    `${dump} is restored without ${excluded.join(", ")}, which a restore in a pod cannot do`,
    "set backup.database to url with gateways:<product>DatabaseUrl, then run this again",
  );
}

function refuseMigrating({ migrating, rights }: LiveDatabase): void {
  if (!migrating) return;
  throw new StepFailure(
    `a migration of database ${rights.database} is running`,
    "wait for it to end, then run this again",
  );
}
