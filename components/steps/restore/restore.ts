import { checkDump } from "../../dumps/check-dump";
import type { Manifest } from "../../dumps/manifest";
import { listDumps } from "../../dumps/list-dumps";
import { stopwatch } from "../../dumps/progress";
import { openStore } from "../../dumps/store/open-store";
import { withCluster } from "../cluster";
import { clientVersion } from "../../postgres/client-version";
import { openDatabase } from "../../postgres/database";
import { readMigrations } from "../../postgres/read-migrations";
import { readServerRoom } from "../../postgres/server-room";
import type { Session } from "../../postgres/session";
import { readSystemIdentifier } from "../../postgres/system-identifier";
import { withSource } from "../../postgres/with-source";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { keptName } from "../../postgres/database-names";
import { judgeDump } from "../../dumps/judge-dump";
import { judgeFollowers } from "./judge-followers";
import { judgeNeed } from "./judge-need";
import { judgeRights } from "./judge-rights";
import { readLiveDatabase, type LiveDatabase } from "../../postgres/live-database";
import { makeRestored } from "./make-restored";
import type { RestoreInput, RestoreResult } from "./restore-input";
import { withMark } from "../../dumps/restore-mark";
import { restoredBefore, type Restoring } from "./restoring";
import { judgeRoomBeside } from "./room-beside";
import { withServer } from "../../postgres/restore-server";
import { disconnectAll, allowConnections, swapDatabases } from "../../postgres/swap-databases";
import { undo } from "./undo";
import { leaveStopped, mayStop, stopWriters } from "../../kubernetes/watch/writers";

export { restoreInputSchema } from "./restore-input";

/**
 * Leaves a database restored from the dump, and proven, in the place of the live one, which is kept under another name; its writers are
 * stopped then, for the rollout of the older release that follows. Or leaves everything as it was and fails. Killed anywhere and run
 * again, it goes on, and changes places once (S-44, T-12, T-13).
 *
 * @throws StepFailure
 */
export const runRestore = (input: RestoreInput, io: StepIo): Promise<RestoreResult> =>
  withSource(input.source, io, async (source) => {
    const store = await openStore(input, io.env);
    const live = await openDatabase(source, io.env);
    const progress = { begun: false };
    const work = (client: Restoring["client"]) =>
      withServer(live, labelOf(input), io.signal, (server) => {
        progress.begun = true;
        return restore({ input, io, live, store, client }, server);
      });
    try {
      return await withCluster(input, io, work);
    } catch (error) {
      const failure = inWords(error, io);
      if (!progress.begun) throw failure;
      return await undo({ input, io, live, store }, failure);
    }
  });

const labelOf = ({ release }: RestoreInput): string => `gateways restore ${release}`;

function inWords(error: unknown, io: StepIo): StepFailure {
  if (io.signal?.aborted === true)
    return new StepFailure("the restore was stopped before its end", "run this again");
  return error instanceof StepFailure
    ? error
    : new StepFailure(wordsOf(error), "see to the reason, then run this again");
}

async function restore(restoring: Restoring, server: Session): Promise<RestoreResult> {
  const { input, io, live, store, client } = restoring;
  const look = await lookAt(restoring, server);
  if (!look.open) {
    io.say(`${live.words} lets nobody in, as a run that was killed left it; opening it again`);
    await allowConnections(server, live.name, true);
  }
  const skipped = await restoredBefore(restoring, look);
  if (skipped !== undefined) {
    await leaveStopped(client, input);
    io.say(skipped);
    return { skipped };
  }
  const manifest = await check(restoring, look);
  await mayStop(client, input);
  const { trackingTable } = input;
  const restored = await makeRestored({
    server,
    live,
    look,
    dump: { store, manifest },
    trackingTable,
    io,
  });
  const quiesced = stopwatch();
  await stopWriters(client, input, input.deadlineSeconds, io);
  refuseMigrating(await lookAt(restoring, server));
  const head = (await readMigrations(live, trackingTable)).at(-1) ?? "";
  await disconnectAll(server, live.name, look.rights, io);
  const kept = keptName(live.name, input.release, Date.now());
  const comment = withMark(look.comment, {
    dump: input.dump,
    sha256: manifest.sha256,
    rows: manifest.rows,
    kept,
    undone: head === manifest.schemaHead ? "" : head,
  });
  await swapDatabases(server, { live: live.name, restored, kept, comment });
  await leaveStopped(client, input);
  io.say(`${live.name} is restored; the data of before lies in database ${kept} of that server`);
  return { restored: input.dump, rows: manifest.rows, kept, quiescedSeconds: quiesced() };
}

async function lookAt({ live }: Restoring, server: Session): Promise<LiveDatabase> {
  const look = await readLiveDatabase(server, live.name);
  if (look !== undefined) return look;
  throw new StepFailure(
    `there is no ${live.words}`,
    "check the connection string; where the database is lost, restore the dump by hand into a new one of that name",
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
  const pgRestore = await clientVersion(live, "pg_restore");
  judgeDump(input, manifest, {
    database: live.name,
    systemIdentifier: await readSystemIdentifier(live),
    server: look.server,
    encoding: look.encoding,
    pgRestore,
  });
  const head = (await readMigrations(live, input.trackingTable)).at(-1) ?? "";
  judgeNeed(input, await listDumps(store, input, io.signal), head);
  const room = await readServerRoom(live);
  io.say(judgeRoomBeside(room, Math.max(look.bytes, manifest.archive.bytes)));
  return manifest;
}

/** The list of what is restored is a file of this machine. */
function refuseInPod({ source, dump }: RestoreInput, { excluded = [] }: Manifest): void {
  if (excluded.length === 0 || source.kind === "url") return;
  throw new StepFailure(
    `${dump} is restored without ${excluded.join(", ")}, which a restore in a pod cannot do`,
    "set backup.database to url with gateways:smoltbotDatabaseUrl, then run this again",
  );
}

function refuseMigrating({ migrating, rights }: LiveDatabase): void {
  if (!migrating) return;
  throw new StepFailure(
    `a migration of database ${rights.database} is running`,
    "wait for it to end, then run this again",
  );
}
