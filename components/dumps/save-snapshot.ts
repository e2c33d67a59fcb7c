import type { Readable } from "node:stream";
import type { Database } from "../postgres/database";
import { readSystemIdentifier } from "../postgres/system-identifier";
import type { Session } from "../postgres/session";
import { headOf, migrationsSql, parseMigrations } from "../postgres/migrations";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { availableCompression, startCompressor, type Compression } from "./compressor";
import { dumpArguments, startRestore, type RestoreExtent } from "./dump-form";
import type { DumpKeys } from "./dump-keys";
import { isExcludedObject, readExcluded, withRestoreList } from "./exclusions";
import type { ToolVersions } from "./judge-tools";
import type { Manifest } from "./manifest";
import { dumpAndRestore, RestoreRefused, type Archive } from "./dump-and-restore";
import { formatBytes, stopwatch, whileSaying } from "./progress";
import { proveCopy } from "./prove-copy";
import { readContents, readSequences, type Contents } from "./read-contents";
import { readDump } from "./read-dump";
import { localeSchema, localeSql, type Locale } from "../postgres/locale";
import { withScratch } from "./scratch";
import type { SaveInput } from "./save-input";
import type { Snapshot } from "./snapshot";
import type { DumpDraft, DumpStore } from "./store/dump-store";

/** All that a backup in progress works with. */
export interface Saving {
  readonly input: SaveInput;
  readonly io: StepIo;
  readonly store: DumpStore;
  /** What the dump is encrypted with; undefined if it is not. */
  readonly keys: DumpKeys | undefined;
  readonly source: Database;
  /** A database of the server on which the restore is tried. */
  readonly server: Database;
  readonly versions: ToolVersions;
  /** Releases of the gateway that run; never rejects. */
  readonly running: Promise<readonly string[]>;
  /** What is known to keep the role from restoring the dump for real. */
  readonly hindrances: readonly string[];
  readonly snapshot: Snapshot;
  /** Seconds since the backup began. */
  readonly took: () => number;
}

/** What the snapshot holds, and when it was taken. */
interface Scene {
  readonly contents: Contents;
  /** What a restore leaves out, as the list of the archive names it. */
  readonly excluded: readonly string[];
  readonly locale: Locale;
  readonly takenAt: number;
  readonly compression: Compression;
  readonly schemaHead: string;
  readonly snapshotText: string;
}

/**
 * Saves and proves one snapshot, and writes its manifest; undefined if it holds no table.
 *
 * @throws StepFailure
 */
export async function saveSnapshot(saving: Saving): Promise<Manifest | undefined> {
  const { input, io, store, server, snapshot } = saving;
  const takenAt = Date.now();
  const excluded = await readExcluded(snapshot.session, input.exclude);
  const found = await readContents(snapshot.session);
  const contents = {
    ...found,
    objects: found.objects.filter((one) => !isExcludedObject(one, excluded)),
  };
  if (contents.tables.length === 0) return undefined;
  await holdTables(snapshot.session, contents);
  const [locale = ""] = await snapshot.session.query(localeSql);
  const [snapshotText = ""] = await snapshot.session.query("SELECT pg_current_snapshot();");
  const scene: Scene = {
    contents,
    excluded,
    locale: localeSchema.parse(JSON.parse(locale)),
    takenAt,
    compression: await availableCompression(io.env),
    schemaHead: await readHead(snapshot.session, input.trackingTable),
    snapshotText,
  };
  const options = { expected: bytesOf(contents), signal: io.signal };
  const title = { ...input, ...scene, encrypted: saving.keys !== undefined };
  const attempt = ({ extent, reasons }: Attempt) => {
    const owner = extent === "whole" ? scene.locale.owner : undefined;
    const save = (draft: DumpDraft) => (scratch: Database) =>
      saveInto({ ...saving, extent, reasons }, scene, scratch, draft);
    return store.withDraft(title, options, (draft) =>
      withScratch(server, input.gateway, scene.locale, save(draft), owner),
    );
  };
  // Roles of the source may be missing on another server; SQL is restored whole, or not at all.
  if (saving.source !== server) return attempt({ extent: "proof", reasons: saving.hindrances });
  return attempt({ extent: "whole", reasons: [] }).catch((error: unknown) => {
    if (!(error instanceof RestoreRefused) || input.format === "plain") throw error;
    io.signal?.throwIfAborted();
    io.say(
      `this role could not restore owners and privileges: ${error.words}; saving without that`,
    );
    return attempt({ extent: "proof", reasons: [error.words] });
  });
}

/** How much is restored to prove the dump, and why not more. */
interface Attempt {
  readonly extent: RestoreExtent;
  readonly reasons: readonly string[];
}

/** Keeps every table from being changed in its form, or emptied, until all have been read; rows may come and go. */
const holdTables = ({ query }: Session, { tables }: Contents): Promise<unknown> =>
  query(tables.map(({ name }) => `LOCK TABLE ONLY ${name} IN ACCESS SHARE MODE;`).join("\n"));

const bytesOf = ({ tables }: Contents): number => tables.reduce((sum, { bytes }) => sum + bytes, 0);

async function readHead(session: Session, table: string): Promise<string> {
  return headOf(parseMigrations(await session.query(migrationsSql(table))));
}

async function saveInto(
  saving: Saving & Attempt,
  scene: Scene,
  scratch: Database,
  draft: DumpDraft,
): Promise<Manifest> {
  const { input, io, versions, snapshot, took } = saving;
  const { signal } = io;
  const sequences = await readSequences(snapshot.session);
  const copying = stopwatch();
  const { storeChecksum, ...archive } = await copy(saving, scene, scratch, draft);
  const copied = copying();
  io.say(`restored ${formatBytes(archive.bytes)} in ${copied} s; comparing every row`);
  const comparing = stopwatch();
  const { extent, reasons } = saving;
  const [{ tables, objects, attributes, lost }, reading] = await Promise.all([
    proveCopy({ ...scene, snapshot, sequences, scratch, extent, signal }),
    proveFile(draft, scene.compression, archive, saving),
  ]);
  signal?.throwIfAborted();
  const noWayBack = [...reasons, ...few(lost).map((one) => `a restore loses the ${one}`)];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const { locale } = scene;
  const manifest = await draft.writeManifest({
    proven: true,
    gateway: input.gateway,
    stack: input.stack,
    release: input.release,
    takenAt: new Date(scene.takenAt).toISOString(),
    running: [...(await saving.running)],
    snapshot: scene.snapshotText,
    systemIdentifier: await readSystemIdentifier(saving.source),
    storeChecksum,
    ...encryptionBy(saving.keys),
    bytes: reading.bytes,
    sha256: reading.sha256,
    archive: { format: input.format, compression: scene.compression, ...archive },
    source: {
      database: saving.source.name,
      server: versions.server,
      encoding: locale.encoding,
      collate: locale.datcollate,
      ctype: locale.datctype,
    },
    tools: { pgDump: versions.pgDump, pgRestore: versions.pgRestore },
    tables: [...tables],
    rows,
    objects: objects.length,
    ...(scene.excluded.length === 0 ? {} : { excluded: [...scene.excluded] }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(noWayBack.length === 0 ? {} : { noWayBack }),
    schemaHead: scene.schemaHead,
    seconds: { copy: copied, compare: comparing(), total: took() },
  });
  io.say(`proven: ${rows} rows of ${tables.length} tables, ${formatBytes(reading.bytes)}`);
  return manifest;
}

/** The first ones, and how many more there are. */
const few = (all: readonly string[]): readonly string[] =>
  all.length <= 3 ? all : [...all.slice(0, 2), `${all[2] ?? ""} and ${all.length - 3} more`];

const encryptionBy = (keys: DumpKeys | undefined): Pick<Manifest, "encryption"> =>
  keys === undefined ? {} : { encryption: { scheme: "age", recipient: keys.recipients[0] ?? "" } };

async function copy(
  { source, snapshot, io, keys, extent, input: { format } }: Saving & Attempt,
  { contents, excluded, compression }: Scene,
  scratch: Database,
  draft: DumpDraft,
): Promise<Archive & Pick<Manifest, "storeChecksum">> {
  const expected = bytesOf(contents);
  let copied = 0;
  let dumped = false;
  const line = (): string => {
    if (dumped) return `copied ${formatBytes(copied)}; making indexes and constraints of the copy`;
    const percent = Math.min(99, Math.round((copied / Math.max(expected, 1)) * 100));
    return `copied ${formatBytes(copied)} of about ${formatBytes(expected)} (${percent} %)`;
  };
  let storeChecksum: string | undefined;
  const write = async (content: Readable) =>
    (storeChecksum = await draft.write(keys === undefined ? content : await keys.encrypt(content)));
  const dump = () => source.start("pg_dump", dumpArguments(format, snapshot.id), io.signal);
  const archive = await whileSaying(line, io.say, () =>
    withRestoreList(excluded, dump, scratch, (list) =>
      dumpAndRestore({
        dump: dump(),
        restore: startRestore(scratch, format, extent, io.signal, list),
        form: format,
        compressor: startCompressor(compression, io.env, io.signal),
        write,
        onBytes: (bytes) => (copied = bytes),
        onDumped: () => (dumped = true),
      }),
    ),
  );
  return { ...archive, storeChecksum };
}

/** Reads the dump back from where it lies and finds in it what pg_dump said. */
async function proveFile(
  draft: DumpDraft,
  compression: Compression,
  archive: Archive,
  { keys, io: { env, signal } }: Saving,
) {
  const { words } = draft;
  const content = await draft.open();
  const reading = await readDump({ words, content, compression, keys, env, signal });
  if (reading.archive.sha256 === archive.sha256) return reading;
  throw new StepFailure(
    `${words} does not hold what pg_dump wrote: ${formatBytes(reading.archive.bytes)} instead of ${formatBytes(archive.bytes)}`,
    "check the disk or the store of the dumps, then run this again",
  );
}
