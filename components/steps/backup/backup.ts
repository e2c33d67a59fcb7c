import { clientVersion } from "../../postgres/client-version";
import { openDatabase, type ClientTool, type Database } from "../../postgres/database";
import { hasSecret } from "../../postgres/client-pod";
import type { JobSource, ReachableSource } from "../../postgres/database-source";
import { query } from "../../postgres/query";
import { behindPooler } from "../../postgres/pooler";
import { readServerRoom } from "../../postgres/server-room";
import { withSource } from "../../postgres/with-source";
import { readDatabaseFacts } from "../../postgres/read-database-facts";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import type { BackupInput } from "./backup-input";
import { restoreTools } from "../../dumps/dump-form";
import { keysToEncrypt } from "../../dumps/dump-keys";
import type { Manifest } from "../../dumps/manifest";
import { readRunning } from "./read-running";
import { formatBytes, stopwatch } from "../../dumps/progress";
import { judgeRoom } from "../../dumps/room";
import { judgeServerRoom } from "../../dumps/scratch-room";
import { saveSnapshot } from "../../dumps/save-snapshot";
import { lastDumpBytes, removeExpired, listDumps } from "../../dumps/list-dumps";
import { withSnapshot } from "../../dumps/snapshot";
import { judgeWayBack } from "../../dumps/judge-way-back";
import { openStore } from "../../dumps/store/open-store";
import { judgeTools, type ToolVersions } from "../../dumps/judge-tools";

export { backupInputSchema } from "./backup-input";

/** There was nothing to save: the upgrade may go on without a dump. */
export interface NothingSaved {
  readonly nothing: true;
  readonly reason: string;
}

/** The proven dump, in short; its manifest lies beside it. */
export interface Saved {
  /** Where it lies: an absolute path, or its URL in a bucket. */
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly sha256: string;
  /** Rows of all tables. */
  readonly rows: number;
  readonly tables: number;
  readonly schemaHead: string;
  /** ISO 8601, UTC: the moment whose state the dump holds. */
  readonly takenAt: string;
  readonly seconds: number;
}

export type BackupResult = Saved | NothingSaved;

/**
 * Leaves a dump of the database that was restored into a scratch database and found equal to its source, row by row, and whose
 * file was read back; or leaves nothing and fails. Changes nothing in the source, and keeps no writer waiting (S-02, T-12, T-13).
 *
 * @throws StepFailure
 */
export async function runBackup(input: BackupInput, io: StepIo): Promise<BackupResult> {
  if (input.external !== undefined) return nothing(takenElsewhere);
  const { cameBack, onTheWayBack, release } = input;
  if (cameBack !== undefined && !onTheWayBack) {
    const left = nothing(
      `going back from ${cameBack.from} to ${release} leaves the database as it is`,
    );
    io.say(`no dump is taken: ${left.reason}`);
    return left;
  }
  try {
    return await saveReachable(input, io);
  } catch (error) {
    if (io.signal?.aborted === true) {
      throw new StepFailure("the backup was stopped before its end; nothing was kept", again);
    }
    if (cameBack !== undefined) {
      io.say(
        `no dump of the newer state could be taken, and the way back did not wait for one: ${wordsOf(error)}`,
      );
      return nothing(wordsOf(error));
    }
    if (error instanceof StepFailure) throw error;
    throw new StepFailure(wordsOf(error), `see to the reason, then ${again}`);
  }
}

async function saveReachable(input: BackupInput, io: StepIo): Promise<BackupResult> {
  if (input.source.kind === "job" && !(await hasSecret(input.source, io)))
    return nothing(noSecret(input.source));
  return withSource(input.source, io, (source) =>
    withScratchSource(input, io, (scratch) => backUp(input, { source, scratch }, io)),
  );
}

const again = "run this again";

/** Going back needs none, so it is for the schema step to ask, before it migrates. */
const takenElsewhere =
  "backup.external: no dump is taken; before a migration its evidence is asked for once more";

/** What is saved, and where its restore is tried; by default there, too. */
interface Sources {
  readonly source: ReachableSource;
  readonly scratch: ReachableSource | undefined;
}

const withScratchSource = <T>(
  { scratch }: BackupInput,
  io: StepIo,
  work: (scratch: ReachableSource | undefined) => Promise<T>,
): Promise<T> => (scratch === undefined ? work(scratch) : withSource(scratch, io, work));

const noSecret = ({ namespace, secret }: JobSource): string =>
  `no Secret ${namespace}/${secret.name} names a database yet: no gateway has run here`;

/**
 * Does what {@link runBackup} does, where the way to the database is open already.
 *
 * @throws StepFailure
 */
export const saveDatabase = (
  input: BackupInput,
  source: ReachableSource,
  io: StepIo,
): Promise<BackupResult> =>
  withScratchSource(input, io, (scratch) => backUp(input, { source, scratch }, io));

async function backUp(input: BackupInput, sources: Sources, io: StepIo): Promise<BackupResult> {
  judgeExclusions(input);
  const keys = input.encrypt === true ? await keysToEncrypt(io.env) : undefined;
  const store = await openStore(input, io.env);
  const { trackingTable, exclude } = input;
  const look = { freeBytes: () => store.freeBytes(), trackingTable, exclude, seconds: 120 };
  const facts = await readDatabaseFacts(sources.source, io.env, look);
  if (!facts.exists) return nothing(`database ${facts.database} does not exist yet`);
  const took = stopwatch();
  const source = await openDatabase(sources.source, io.env);
  if (facts.pooled === true) throw behindPooler(source);
  const server =
    sources.scratch === undefined
      ? source
      : await openDatabase(sources.scratch, io.env, "SCRATCH_URL");
  const versions = await readVersions(facts, server, restoreTools[input.format]);
  judgeTools(versions);
  await store.prepare(`${input.gateway}-${input.stack}-`);
  const lastDump = lastDumpBytes(await listDumps(store, input, io.signal));
  const { freeBytes: free, bytes } = facts;
  if (free !== undefined) judgeRoom({ place: store.words, free, database: bytes, lastDump });
  const room = await readServerRoom(server);
  judgeServerRoom(room, {
    database: facts.bytes,
    words: server.words,
    isLive: server === source,
    largestUnseen: input.mayFillServer ? Infinity : input.largestUnseen,
  });
  if (room.bytes === undefined) {
    const copy = formatBytes(facts.bytes);
    io.say(`cannot see from here whether the server has room for a copy of ${copy}; going on`);
  }
  io.say(`saving ${source.words} before ${input.release}`);
  const label = `gateways backup ${input.gateway}`;
  const running = readRunning(input, io);
  const { hindrances = [] } = facts;
  const saving = { input, io, store, keys, source, server, versions, hindrances };
  const manifest = await withSnapshot(source, label, io.signal, (snapshot) =>
    saveSnapshot({ ...saving, running, snapshot, took }),
  );
  if (manifest === undefined) return nothing(`${source.words} holds no table`);
  judgeWayBack(manifest, input);
  for (const path of await removeExpired(store, manifest, input.keep)) {
    io.say(`removed ${path}, of which newer ones are kept`);
  }
  return summary(manifest);
}

/** The list of what is restored is a file of this machine, and SQL has no list. */
function judgeExclusions({ exclude, format, source, scratch = source }: BackupInput): void {
  if (exclude.eventTriggers.length + exclude.extensions.length === 0) return;
  if (format === "custom" && scratch.kind === "url") return;
  throw new StepFailure(
    "nothing can be excluded from a dump in plain format, nor where the restore runs in a pod",
    "use backup.format custom and backup.database url, or remove backup.exclude",
  );
}

const nothing = (reason: string): NothingSaved => ({ nothing: true, reason });

async function readVersions(
  facts: { readonly server: string; readonly dumpTool: string },
  scratch: Database,
  restoreTool: ClientTool,
): Promise<ToolVersions> {
  const [pgRestore, [scratchServer = ""]] = await Promise.all([
    clientVersion(scratch, restoreTool),
    query(scratch, "SHOW server_version;"),
  ]);
  return { server: facts.server, pgDump: facts.dumpTool, pgRestore, restoreTool, scratchServer };
}

const summary = ({ path, bytes, sha256, rows, ...manifest }: Manifest): Saved => ({
  path,
  bytes,
  sha256,
  rows,
  tables: manifest.tables.length,
  schemaHead: manifest.schemaHead,
  takenAt: manifest.takenAt,
  seconds: manifest.seconds.total,
});
