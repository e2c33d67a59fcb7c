import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { Client } from "../postgres/client";
import type { Database } from "../postgres/database";
import type { Session } from "../postgres/session";
import { sqlText } from "../postgres/sql-text";
import { StepFailure } from "../upgrade/step-io";
import { writeWithBackpressure } from "./write-with-backpressure";

/** What a restore leaves out, since the role may not make it again, or a server can have it only once. */
export const exclusionsSchema = z.strictObject({
  /** Names of event triggers, which only a superuser may make. */
  eventTriggers: z.array(z.string()).default([]),
  /** Names of extensions, such as pg_cron, which one database of a server may have; with what they keep in tables of their own. */
  extensions: z.array(z.string()).default([]),
});

export type Exclusions = z.infer<typeof exclusionsSchema>;

const among = (names: readonly string[]): string =>
  `ANY (ARRAY[${names.map(sqlText).join(", ")}]::text[])`;

/**
 * Names what of it is there, as the list of an archive names it: `EVENT TRIGGER - audit`, `EXTENSION - pg_cron`, `TABLE DATA cron job`.
 *
 * Source: PostgreSQL 15, src/bin/pg_dump/pg_backup_archiver.c (PrintTOCSummary).
 */
export async function readExcluded(
  session: Session,
  { eventTriggers, extensions }: Exclusions,
): Promise<readonly string[]> {
  if (eventTriggers.length + extensions.length === 0) return [];
  const rows = await session.query(`
SELECT to_jsonb(entry) FROM (
  SELECT 'EVENT TRIGGER - ' || evtname FROM pg_event_trigger WHERE evtname::text = ${among(eventTriggers)}
  UNION ALL SELECT 'EXTENSION - ' || extname FROM pg_extension WHERE extname::text = ${among(extensions)}
  UNION ALL SELECT format('%s %s %s', CASE relkind WHEN 'S' THEN 'SEQUENCE SET' ELSE 'TABLE DATA' END, nspname, relname)
  FROM pg_extension e, unnest(extconfig) AS kept JOIN pg_class c ON c.oid = kept JOIN pg_namespace n ON n.oid = relnamespace
  WHERE extname::text = ${among(extensions)}
) AS found (entry) ORDER BY entry COLLATE "C";`);
  return rows.map((row) => z.string().parse(JSON.parse(row)));
}

/** The list of an archive without what is excluded, and without the comments on it. */
export function withoutExcluded(list: string, excluded: readonly string[]): string {
  const entries = excluded.flatMap((entry) => [entry, `COMMENT - ${entry.replace(" - ", " ")}`]);
  const isExcluded = (line: string): boolean => {
    const [, entry = ""] = /^\d+; \d+ \d+ (.*)$/.exec(line) ?? [];
    return entries.some((one) => entry === one || entry.startsWith(`${one} `));
  };
  return list
    .split("\n")
    .filter((line) => !isExcluded(line))
    .join("\n");
}

/** Whether an object of a database, as its contents name it, is left out. */
export const isExcludedObject = (object: string, excluded: readonly string[]): boolean =>
  excluded.some((entry) => object === entry.replace("EXTENSION - ", "extension "));

/** Whether an attribute is that of something left out, or a comment on it. */
export const isExcludedAttribute = (attribute: string, excluded: readonly string[]): boolean =>
  excluded.some((entry) => {
    const name = entry
      .replace(/^EVENT TRIGGER - /, "event trigger ")
      .replace(/^EXTENSION - /, "extension ");
    return attribute.startsWith(`${name} `) || attribute.startsWith(`comment on ${name}:`);
  });

/**
 * Runs work with a file that lists what of an archive is restored; with none where nothing is excluded.
 *
 * @param archive - starts the program that yields the archive; it is ended once its list has come.
 */
export async function withRestoreList<T>(
  excluded: readonly string[],
  archive: () => Client | Promise<Client>,
  reader: Database,
  work: (list: string | undefined) => Promise<T>,
): Promise<T> {
  if (excluded.length === 0) return work(undefined);
  const folder = await mkdtemp(join(tmpdir(), "gateways-list-"));
  try {
    const path = join(folder, "list");
    await writeFile(path, withoutExcluded(await readList(await archive(), reader), excluded));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readList(archive: Client, reader: Database): Promise<string> {
  const lister = reader.start("pg_restore", ["--list"]);
  const sent = (async () => {
    for await (const chunk of archive.stdout as AsyncIterable<Buffer>)
      await writeWithBackpressure(lister.stdin, chunk);
  })()
    // Its output ends early: the list stands at the beginning.
    .catch(() => undefined)
    .finally(() => lister.stdin.end());
  const [list, { code, words }] = await Promise.all([text(lister.stdout), lister.end]);
  archive.kill();
  await Promise.all([sent, archive.end]);
  if (code === 0) return list;
  throw new StepFailure(`the list of the archive could not be read: ${words}`, "run this again");
}
