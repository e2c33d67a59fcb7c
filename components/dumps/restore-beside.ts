import { differences } from "./table-checksums";
import { hashTables } from "./hash-tables";
import { stopwatch } from "./progress";
import { readContents } from "./read-contents";
import { restoreInto, type ProvenDump } from "./restore-into";
import { localeClause } from "../postgres/locale";
import type { Database } from "../postgres/database";
import { query } from "../postgres/query";
import { headOf, readMigrations } from "../postgres/migrations";
import { openSession, type Session } from "../postgres/session";
import { sqlName } from "../postgres/sql-text";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";
import { copyProperties } from "../postgres/copy-properties";
import { isRestoring, restoringName } from "../postgres/database-names";
import type { LiveDatabase } from "../postgres/live-database";

/** What is needed to restore a dump beside the live database. */
export interface RestoreBeside {
  readonly server: Session;
  readonly live: Database;
  /** What the live database was found to be. */
  readonly look: LiveDatabase;
  readonly dump: ProvenDump;
  readonly trackingTable: string;
  readonly io: StepIo;
}

/**
 * Makes a new database beside the live one that holds what the manifest names, proven row by row, with the owner, privileges and settings
 * of the live one. Nobody else is touched. Returns its name.
 *
 * @throws StepFailure; drop the new database then.
 */
export async function restoreBeside(restore: RestoreBeside): Promise<string> {
  const { server, live, look, dump, io } = restore;
  const { manifest } = dump;
  await dropRestoring(server, live.name);
  const name = restoringName(live.name, manifest.sha256);
  io.say(`restoring into the new database ${name}; the gateway goes on serving`);
  const took = stopwatch();
  await create(server, name, look);
  const restored = live.on(name);
  await restoreInto(restored, dump, io);
  io.say(`restored in ${took()} s; comparing every row with the manifest`);
  await prove(restore, restored);
  // Without statistics the first minutes of a restored database are slow ones.
  await query(restored, "ANALYZE;", { signal: io.signal });
  // Last, since a limit of connections or a setting of the live one may keep a restore from its work.
  await copyProperties(server, name, look.properties);
  io.say(`proven: ${manifest.rows} rows of ${manifest.tables.length} tables`);
  return name;
}

/** Drops what killed runs have restored and not put in place. Returns the names. */
export async function dropRestoring(server: Session, live: string): Promise<readonly string[]> {
  const names = await server.query("SELECT to_jsonb(datname) FROM pg_database;");
  const left = names
    .map((name) => JSON.parse(name) as string)
    .filter((name) => isRestoring(live, name));
  for (const name of left) await server.query(`DROP DATABASE ${sqlName(name)} WITH (FORCE);`);
  return left;
}

async function create(server: Session, name: string, look: LiveDatabase): Promise<void> {
  const { owner, tablespace } = look.properties;
  // To name the server's own tablespace takes a right that to use it does not.
  const place = tablespace === "pg_default" ? "" : `TABLESPACE ${sqlName(tablespace)}`;
  try {
    await server.query(
      `CREATE DATABASE ${sqlName(name)} OWNER ${sqlName(owner)} TEMPLATE template0 ${localeClause(look)} ${place};`,
    );
  } catch (error) {
    throw new StepFailure(
      `the new database could not be made: ${wordsOf(error)}`,
      "see that the server answers and that the role may make databases of that owner, then run this again",
    );
  }
}

/** Finds in the restored database what the manifest names, and nothing else. */
async function prove(
  { dump: { manifest }, trackingTable, io }: RestoreBeside,
  restored: Database,
): Promise<void> {
  const sessions = [1, 2].map(() => openSession(restored, "gateways restore", io.signal));
  try {
    const [session] = sessions;
    if (session === undefined) throw new RangeError("no session");
    const { tables, objects } = await readContents(session);
    const prints = await hashTables(sessions, tables);
    const head = headOf(await readMigrations(restored, trackingTable));
    const found = [
      ...differences({ tables: manifest.tables, objects: [] }, { tables: prints, objects: [] }),
      ...(objects.length === manifest.objects
        ? []
        : [`${manifest.objects} indexes, constraints, ... are named, and ${objects.length} found`]),
      ...(head === manifest.schemaHead
        ? []
        : [`its last migration is ${head || "none"}, expected ${manifest.schemaHead || "none"}`]),
    ];
    if (found.length > 0) throw unequal(found);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

const unequal = (found: readonly string[]): StepFailure => {
  const more = found.length > 3 ? ` and ${found.length - 3} more differences` : "";
  return new StepFailure(
    `what was restored is not what the manifest names: ${found.slice(0, 3).join("; ")}${more}`,
    "bring back an intact copy of this dump with its manifest; or move both away and look at the preview again: an earlier dump may do",
  );
};
