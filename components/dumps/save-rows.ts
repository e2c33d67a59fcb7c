import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { findRows, type RowsPlace } from "../postgres/count-rows";
import type { Database } from "../postgres/database";
import { openSession } from "../postgres/session";
import { psqlArguments, sessionSettings } from "../postgres/session-settings";
import { sqlText } from "../postgres/sql-text";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { keysToEncrypt, type DumpKeys } from "./dump-keys";
import { dumpPrefix, stampOf } from "./dump-name";
import type { SaveInput } from "./save-input";
import { openStore } from "./store/open-store";

/** Rows that were saved apart from a dump. */
export interface SavedRows {
  /** Where they lie: an absolute path, or its URL in a bucket. */
  readonly path: string;
  readonly rows: number;
}

/** What was written, to be found again. */
interface Content {
  readonly lines: number;
  readonly sha256: string;
}

/**
 * Saves all rows of tables, and the values of columns with their keys, to one file beside the dumps, and reads it back. A line is a JSON object with `of`, the name, and
 * `row`; `jsonb_populate_record` makes a row of it again. The file is compressed with gzip, and encrypted as a dump would be.
 *
 * @param names - tables, and columns as `table.column`
 * @throws StepFailure if the file is not what was written; Error if one of the names is not in the database
 */
export async function saveRows(
  input: SaveInput,
  database: Database,
  names: readonly string[],
  io: StepIo,
): Promise<SavedRows> {
  const store = await openStore(input, io.env);
  const keys = input.encrypt === true ? await keysToEncrypt(io.env) : undefined;
  await store.prepare(dumpPrefix(input));
  const places = await placesOf(database, names);
  const written = reading(rowsIn(database, places, io.signal));
  const packed = joined(Readable.from(written.content()), createGzip());
  const name = nameOf(input, Date.now());
  const options = { expected: 0, signal: io.signal };
  const path = await store.writeBeside(name, (await keys?.encrypt(packed)) ?? packed, options);
  const found = await readBack(await store.open(name, io.signal), keys);
  const { lines, sha256 } = written.sum();
  if (found.sha256 !== sha256)
    throw new StepFailure(
      `what was read back of ${path} (${found.lines} rows) is not what was written (${lines} rows)`,
      "see to the disk or the bucket, then run this again",
    );
  return { path, rows: lines };
}

/** `bamf-prod-20260102t030405z-rows-before-0.9.1.jsonl.gz` */
function nameOf({ gateway, stack, release, encrypt }: SaveInput, now: number): string {
  const ending = `jsonl.gz${encrypt === true ? ".age" : ""}`;
  return `${gateway}-${stack}-${stampOf(now)}-rows-before-${release}.${ending}`;
}

async function placesOf(
  database: Database,
  names: readonly string[],
): Promise<readonly RowsPlace[]> {
  const session = openSession(database, "gateways save rows");
  try {
    return await findRows(session, names);
  } finally {
    await session.close();
  }
}

/** The rows as lines, in chunks as they come, of one moment. @throws Error with the server's first complaint */
async function* rowsIn(
  database: Database,
  places: readonly RowsPlace[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const client = database.start("psql", psqlArguments, signal);
  const statements = places.map(
    ({ name, rows }) =>
      `SELECT jsonb_build_object('of', ${sqlText(name)}, 'row', row) FROM (${rows}) AS saved (row);`,
  );
  client.stdin.end(
    [
      // Rows are fetched in portions, and not all of them into memory.
      `${sessionSettings}\\set FETCH_COUNT 1000`,
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;",
      ...statements,
      "COMMIT;\n",
    ].join("\n"),
  );
  for await (const chunk of client.stdout as AsyncIterable<Buffer>) yield chunk;
  const { code, words } = await client.end;
  if (code !== 0) throw new Error(`${database.words}: ${words || "psql failed"}`);
}

/** Hands chunks on, and keeps their sum. */
function reading(chunks: AsyncIterable<Buffer>) {
  const hash = createHash("sha256");
  let lines = 0;
  return {
    async *content(): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        for (const byte of chunk) if (byte === 10) lines += 1;
        yield chunk;
      }
    },
    sum: (): Content => ({ lines, sha256: hash.digest("hex") }),
  };
}

async function readBack(stored: Readable, keys: DumpKeys | undefined): Promise<Content> {
  const opened = (await keys?.decrypt(stored)) ?? stored;
  const read = reading(joined(opened, createGunzip()));
  const content = read.content();
  while ((await content.next()).done !== true);
  return read.sum();
}

/** Both streams as one: whoever reads it gets the error of either. */
function joined<Out extends ReturnType<typeof createGzip | typeof createGunzip>>(
  from: Readable,
  to: Out,
): Out {
  pipeline(from, to, () => undefined);
  return to;
}
