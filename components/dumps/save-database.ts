import { clientVersion } from "../postgres/client-version";
import { openDatabase, type ClientTool, type Database } from "../postgres/database";
import type { ReachableSource } from "../postgres/database-source";
import { behindPooler } from "../postgres/pooler";
import { query } from "../postgres/query";
import { takesNoWrites } from "../postgres/read-only";
import { readDatabaseFacts } from "../postgres/read-database-facts";
import { readServerRoom } from "../postgres/server-room";
import type { DatabaseFacts } from "../upgrade/facts";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { restoreTools } from "./dump-form";
import { keysToEncrypt } from "./dump-keys";
import { dumpPrefix } from "./dump-name";
import { judgeRoom, judgeServerRoom } from "./judge-room";
import { judgeTools, type ToolVersions } from "./judge-tools";
import { judgeWayBack } from "./judge-way-back";
import { lastDumpBytes, listDumps, removeExpired } from "./list-dumps";
import type { Manifest } from "./manifest";
import { formatBytes, stopwatch } from "./progress";
import type { SaveInput } from "./save-input";
import { saveSnapshot } from "./save-snapshot";
import { withSnapshot } from "./snapshot";
import type { DumpStore } from "./store/dump-store";
import { openStore } from "./store/open-store";

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

export type SaveResult = Saved | NothingSaved;

/** What is saved, and where its restore is tried. */
export interface SaveSources {
  readonly source: ReachableSource;
  /** @defaultValue the source's own server */
  readonly scratch?: ReachableSource | undefined;
  /** Releases of the gateway that run, for the manifest; asked for once, and never rejects. */
  readonly readRunning: () => Promise<readonly string[]>;
}

/** What is known of the database to save. */
interface Ends {
  readonly facts: DatabaseFacts;
  readonly source: Database;
  /** A database of the server on which the restore is tried. */
  readonly server: Database;
}

/**
 * Leaves a dump of the database that was restored into a scratch database and found equal to its source, row by row, and whose
 * file was read back; or leaves nothing and fails. Changes nothing in the source, and keeps no writer waiting (S-02, T-12, T-13).
 *
 * @throws StepFailure
 */
export async function saveDatabase(
  input: SaveInput,
  sources: SaveSources,
  io: StepIo,
): Promise<SaveResult> {
  judgeExclusions(input);
  const keys = input.encrypt === true ? await keysToEncrypt(io.env) : undefined;
  const store = await openStore(input, io.env);
  const { trackingTable, exclude } = input;
  const look = { freeBytes: () => store.freeBytes(), trackingTable, exclude, seconds: 120 };
  const facts = await readDatabaseFacts(sources.source, io.env, look);
  if (!facts.exists) return nothingSaved(`database ${facts.database} does not exist yet`);
  const took = stopwatch();
  const ends = openEnds(sources, facts, io);
  const { source, server } = ends;
  const versions = await readVersions(ends, restoreTools[input.format], io);
  judgeTools(versions);
  await judgeRooms(input, ends, store, io);
  io.say(`saving ${source.words} before ${input.release}`);
  const { hindrances = [] } = facts;
  const running = sources.readRunning();
  const saving = { input, io, store, keys, source, server, versions, hindrances, running, took };
  const label = `gateways backup ${input.gateway}`;
  const manifest = await withSnapshot(source, label, io.signal, (snapshot) =>
    saveSnapshot({ ...saving, snapshot }),
  );
  if (manifest === undefined) return nothingSaved(`${source.words} holds no table`);
  judgeWayBack(manifest, input);
  for (const path of await removeExpired(store, manifest, input.keep)) {
    io.say(`removed ${path}, of which newer ones are kept`);
  }
  return summary(manifest);
}

export const nothingSaved = (reason: string): NothingSaved => ({ nothing: true, reason });

/** The list of what is restored is a file of this machine, and SQL has no list. */
function judgeExclusions({ exclude, format, source, scratch = source }: SaveInput): void {
  if (exclude.eventTriggers.length + exclude.extensions.length === 0) return;
  if (format === "custom" && scratch.kind === "url") return;
  throw new StepFailure(
    "nothing can be excluded from a dump in plain format, nor if the restore runs in a pod",
    "use backup.format custom and backup.database url, or remove backup.exclude",
  );
}

function openEnds({ source: from, scratch }: SaveSources, facts: DatabaseFacts, io: StepIo): Ends {
  const source = openDatabase(from, io.env);
  if (facts.pooled === true) throw behindPooler(source);
  // Whoever may only read may save what is proven elsewhere.
  const { readOnly } = facts;
  if (readOnly !== undefined && (readOnly !== "role" || scratch === undefined))
    throw takesNoWrites(source, readOnly);
  const server = scratch === undefined ? source : openDatabase(scratch, io.env, "SCRATCH_URL");
  return { facts, source, server };
}

async function readVersions(
  { facts, server }: Ends,
  restoreTool: ClientTool,
  { signal }: StepIo,
): Promise<ToolVersions> {
  const [pgRestore, [scratchServer = ""]] = await Promise.all([
    clientVersion(server, restoreTool, signal),
    query(server, "SHOW server_version;", { signal }),
  ]);
  return { server: facts.server, pgDump: facts.dumpTool, pgRestore, restoreTool, scratchServer };
}

/** Sees to the room for the dump, and for its copy on the server of the proof. */
async function judgeRooms(
  input: SaveInput,
  { facts, source, server }: Ends,
  store: DumpStore,
  io: StepIo,
): Promise<void> {
  await store.prepare(dumpPrefix(input));
  const lastDump = lastDumpBytes(await listDumps(store, input, io.signal));
  const { freeBytes: free, bytes } = facts;
  if (free !== undefined) judgeRoom({ place: store.words, free, database: bytes, lastDump });
  const room = await readServerRoom(server, io.signal);
  judgeServerRoom(room, {
    database: bytes,
    words: server.words,
    isLive: server === source,
    largestUnseen: input.mayFillServer ? Infinity : input.largestUnseen,
  });
  if (room.bytes === undefined) {
    const copy = formatBytes(bytes);
    io.say(`cannot see from here whether the server has room for a copy of ${copy}; going on`);
  }
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
