import type { Database } from "../database/database";
import { readSystemIdentifier } from "../database/system-identifier";
import type { Session } from "../database/session";
import { appliedMigrations, readMigrations } from "../database/tracking";
import { StepFailure, type StepIo } from "../step";
import type { BackupInput } from "./backup-input";
import { availableCompression, startCompressor, type Compression } from "./compressor";
import { isExcludedObject, readExcluded, withRestoreList } from "./exclusions";
import { dumpArguments, startRestore, type RestoreExtent } from "./dump-form";
import { dumpName } from "./dump-name";
import type { ToolVersions } from "./judge-tools";
import type { Manifest } from "./manifest";
import { copyInOnePass, RestoreRefused, type Archive } from "./one-pass";
import { withPartialFile, type PartialFile } from "./partial-file";
import { inWords, stopwatch, whileSaying } from "./progress";
import { proveCopy } from "./prove-copy";
import { readContents, readSequences, type Contents } from "./read-contents";
import { readDump } from "./read-dump";
import { localeSchema, localeSql, withScratch, type Locale } from "./scratch";
import { sealDump } from "./seal-dump";
import type { Snapshot } from "./snapshot";

/** All that a backup in progress works with. */
export interface Saving {
  readonly input: BackupInput;
  readonly io: StepIo;
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
 * Saves, proves and seals one snapshot; undefined where it holds no table.
 *
 * @throws StepFailure
 */
export async function saveSnapshot(saving: Saving): Promise<Manifest | undefined> {
  const { input, io, server, snapshot } = saving;
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
  const name = dumpName({ ...input, ...scene });
  const attempt = ({ extent, reasons }: Attempt) => {
    const owner = extent === "whole" ? scene.locale.owner : undefined;
    const save = (file: PartialFile) => (scratch: Database) =>
      saveInto({ ...saving, extent, reasons }, scene, scratch, file);
    return withPartialFile(input.directory, name, (file) =>
      withScratch(server, input.gateway, scene.locale, save(file), owner),
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

async function readHead(session: Session, table: string): Promise<string> {
  return readMigrations(await session.query(appliedMigrations(table)))?.at(-1) ?? "";
}

async function saveInto(
  saving: Saving & Attempt,
  scene: Scene,
  scratch: Database,
  file: PartialFile,
): Promise<Manifest> {
  const { input, io, versions, snapshot, took } = saving;
  const { signal } = io;
  const sequences = await readSequences(snapshot.session);
  const copying = stopwatch();
  const archive = await copy(saving, scene, scratch, file);
  const copied = copying();
  io.say(`restored ${inWords(archive.bytes)} in ${copied} s; comparing every row`);
  const comparing = stopwatch();
  const { extent, reasons } = saving;
  const [{ tables, objects, attributes, lost }, reading] = await Promise.all([
    proveCopy({ ...scene, snapshot, sequences, scratch, extent, signal }),
    proveFile(file.path, scene.compression, archive, io),
  ]);
  signal?.throwIfAborted();
  const noWayBack = [...reasons, ...few(lost).map((one) => `a restore loses the ${one}`)];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const { locale } = scene;
  const manifest = await sealDump(
    file.path,
    { ...input, ...scene },
    {
      proven: true,
      gateway: input.gateway,
      stack: input.stack,
      release: input.release,
      takenAt: new Date(scene.takenAt).toISOString(),
      running: [...(await saving.running)],
      snapshot: scene.snapshotText,
      systemIdentifier: await readSystemIdentifier(saving.source),
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
    },
  );
  io.say(`proven: ${rows} rows of ${tables.length} tables, ${inWords(reading.bytes)}`);
  return manifest;
}

/** The first ones, and how many more there are. */
const few = (all: readonly string[]): readonly string[] =>
  all.length <= 3 ? all : [...all.slice(0, 2), `${all[2] ?? ""} and ${all.length - 3} more`];

async function copy(
  { source, snapshot, io, extent, input: { format } }: Saving & Attempt,
  { contents, excluded, compression }: Scene,
  scratch: Database,
  file: PartialFile,
): Promise<Archive> {
  const expected = contents.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  let copied = 0;
  let dumped = false;
  const line = (): string => {
    if (dumped) return `copied ${inWords(copied)}; making indexes and constraints of the copy`;
    const percent = Math.min(99, Math.round((copied / Math.max(expected, 1)) * 100));
    return `copied ${inWords(copied)} of about ${inWords(expected)} (${percent} %)`;
  };
  const dump = () => source.start("pg_dump", dumpArguments(format, snapshot.id), io.signal);
  return whileSaying(line, io.say, () =>
    withRestoreList(excluded, dump, scratch, (list) =>
      copyInOnePass({
        dump: dump(),
        restore: startRestore(scratch, format, extent, io.signal, list),
        form: format,
        compressor: startCompressor(compression, io.env, io.signal),
        file: file.handle,
        onBytes: (bytes) => (copied = bytes),
        onDumped: () => (dumped = true),
      }),
    ),
  );
}

/** Reads the file back from the disk and finds in it what pg_dump said. */
async function proveFile(path: string, compression: Compression, archive: Archive, io: StepIo) {
  const reading = await readDump(path, compression, io.env, io.signal);
  if (reading.archive.sha256 === archive.sha256) return reading;
  throw new StepFailure(
    `${path} does not hold what pg_dump wrote: ${inWords(reading.archive.bytes)} instead of ${inWords(archive.bytes)}`,
    "check the disk of the backup directory, then run this again",
  );
}
