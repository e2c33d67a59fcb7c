import { z } from "zod";
import type { Manifest } from "./manifest";
import { readContents } from "./read-contents";
import type { Database } from "../postgres/database";
import { countInTime, notCountable, sumUp } from "../postgres/count-in-time";
import type { Session } from "../postgres/session";
import { sqlText } from "../postgres/sql-text";
import type { Risk } from "../upgrade/plan/restore-need";
import { parseSnapshot, type SnapshotText } from "../postgres/snapshot-text";

export interface RiskOptions {
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** Longest time that the server may count, in seconds. @defaultValue 10 */
  readonly seconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * What a restore of a dump would lose: rows that were inserted or updated after the dump's snapshot, by the transaction that wrote each
 * (`xmin`). Rows that a migration has merely moved are told apart: they were written by the transaction that also wrote a row of the
 * tracking table.
 *
 * What this cannot know: deleted rows leave nothing to count. A row that was written after the dump and then rewritten by a migration
 * counts as moved. A row from within a savepoint of a transaction that was open when the dump was taken is missed, one from within a
 * savepoint of a migration counts as written. After an earlier restore, everything that it brought counts as written since.
 *
 * Reads every table once, changes nothing, keeps no writer waiting, and gives up in time. Never
 * throws: if it cannot count, it says why.
 *
 * Source: PostgreSQL 15, functions-info (`pg_current_snapshot`) and routine-vacuuming: a row stays visible with the xmin that it was
 * written with, frozen or not.
 */
export async function rowsAtRisk(
  database: Database,
  manifest: Pick<Manifest, "snapshot" | "systemIdentifier">,
  { trackingTable, seconds = 10, signal }: RiskOptions,
): Promise<Risk> {
  const snapshot = manifest.snapshot === undefined ? undefined : parseSnapshot(manifest.snapshot);
  const { systemIdentifier: identifier } = manifest;
  if (snapshot === undefined || identifier === undefined)
    return notCountable(
      `the dump's manifest has no ${snapshot === undefined ? "snapshot" : "system identifier"}`,
    );
  const options = { label: "gateways rows at risk", seconds, signal };
  return countInTime(database, options, async (session) => {
    const reason = await whyNot(session, snapshot, identifier);
    return reason === undefined ? count(session, snapshot, trackingTable) : notCountable(reason);
  });
}

const lookSchema = z.object({ identifier: z.string(), next: z.string() });

/** Why transactions of the dump cannot be compared with those of the server. */
async function whyNot(
  session: Session,
  { xmin, xmax }: SnapshotText,
  identifier: string,
): Promise<string | undefined> {
  const [row = ""] = await session.query(
    `SELECT jsonb_build_object('identifier', (SELECT system_identifier::text FROM pg_control_system()),
       'next', pg_snapshot_xmax(pg_current_snapshot())::text);`,
  );
  const look = lookSchema.parse(JSON.parse(row));
  const next = BigInt(look.next);
  if (look.identifier !== identifier)
    return "the dump was taken from another server, which counts its transactions differently";
  if (xmax > next)
    return "the server has not reached the dump's transactions yet: it is an older copy of itself";
  // Half of the circle of transaction numbers: beyond it, earlier and later cannot be told apart.
  if (next - xmin >= 1n << 31n)
    return "more than two thousand million transactions have passed since the dump";
  return undefined;
}

async function count(
  session: Session,
  snapshot: SnapshotText,
  trackingTable: string,
): Promise<Risk> {
  const { tables } = await readContents(session);
  if (tables.length === 0) return { countable: true, total: 0, tables: [] };
  const later = writtenLater(snapshot);
  const tracked = await findTable(session, trackingTable);
  const moved = tracked === undefined ? "" : "AND xmin NOT IN (SELECT transaction FROM moved)";
  const counts = tables.map(
    ({ name }) =>
      `SELECT jsonb_build_object('name', ${sqlText(name)}, 'rows', count(*)) FROM ONLY ${name} WHERE ${later} ${moved}`,
  );
  const head =
    tracked === undefined
      ? ""
      : `WITH moved AS (SELECT xmin AS transaction FROM ${tracked} WHERE ${later})`;
  return sumUp(await session.query(`${head} ${counts.join("\nUNION ALL ")};`));
}

/** The table's qualified name; undefined if there is none. */
async function findTable(session: Session, name: string): Promise<string | undefined> {
  const [found] = await session.query(
    `RESET search_path;
     SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE c.oid = to_regclass(${sqlText(name)});
     SET search_path = '';`,
  );
  return found;
}

/**
 * Condition on a row that is not in the dump. `age` counts back from the next transaction on the circle of 32 bits: negative for what lies
 * more than half of it behind, and endless for rows that carry no transaction. The transactions that were open lie before `xmax`.
 */
function writtenLater({ xmax, open }: SnapshotText): string {
  const since = `age(xmin) BETWEEN 0 AND age('${low(xmax)}'::xid)`;
  const listed = open.map((xid) => `'${low(xid)}'::xid`).join(", ");
  return listed === "" ? since : `(${since} OR xmin IN (${listed}))`;
}

/** What a row keeps of a transaction's number. */
const low = (xid: bigint): string => String(BigInt.asUintN(32, xid));
