import { couldNotLook } from "../could-not-look";
import { roomForDump } from "../dump-room";
import type { DatabaseFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import type { Plan } from "../plan/plan";
import { withoutDatabase } from "../plan/without-database";
import { inMebibytes } from "../counted";

const { pass, warn, block, unknown } = gate("database");

/** What this gate looks at. */
export interface DatabaseArgs {
  /** Undefined if only the backup step can look. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Bytes of the last proven dump of this gateway and stack; undefined if there is none. */
  readonly lastDump: number | undefined;
  /** True if the restore is tried on another server. @defaultValue false */
  readonly provesElsewhere?: boolean;
  /** What a restore leaves out: `event trigger audit`. @defaultValue nothing */
  readonly excluded?: readonly string[];
  /** True if somebody else takes the backup: what a dump needs is not asked then. @defaultValue false */
  readonly external?: boolean;
  readonly plan: Plan;
  /** Config path of the database source. */
  readonly at: string;
}

/**
 * Lets an upgrade begin only if the backup can be taken and proven: the database is there, the dump tool is not older than
 * the server, the dump has room, and a scratch database may be created to restore it into (S-02, T-14). A way back that leaves the database alone
 * gets a report of all that, and is not stopped.
 *
 * Source: PostgreSQL, pg_dump: it refuses to dump from a server of a newer major version than its own.
 */
export const database = (args: DatabaseArgs): readonly Finding[] =>
  withoutDatabase(args.plan, judge(args));

function judge({
  database,
  lastDump,
  provesElsewhere = false,
  excluded = [],
  external = false,
  plan,
  at,
}: DatabaseArgs): readonly Finding[] {
  if (database === undefined) return [looksLater(at)];
  if (!database.observed) return [unknown(couldNotLook(at, "the database", database.reason))];
  const facts = database.value;
  if (facts.readOnly === "replica") return [onReplica(facts, at)];
  if (!facts.exists) return [missing(facts, plan, at)];
  if (facts.closed === true) return [closed(facts, plan, at)];
  const findings = [
    ...(facts.pooled === true ? [pooled(facts, at)] : []),
    ...(facts.readOnly === undefined ? [] : [readOnly(facts, external || provesElsewhere, at)]),
    ...(external ? [] : judgeDump(facts, lastDump, provesElsewhere, at)),
  ];
  const notes = excluded.length === 0 ? [] : [leavesOut(excluded, at)];
  return [...(findings.length > 0 ? findings : [ready(facts, external, at)]), ...notes];
}

/** A preview makes nothing, and a way to this database has to be made, or its container. */
const looksLater = (at: string): Finding =>
  warn({
    at,
    found:
      "a database that nobody has looked at yet: only a Job inside the cluster reaches it, or its own container, which this run makes or starts",
    expected: "the database reachable, its tools and room enough, a scratch database allowed",
    fix: "nothing; the backup step looks at all of it first, before anything else is touched, and ends the upgrade if it finds a fault",
  });

const ready = (facts: DatabaseFacts, external: boolean, at: string): Finding =>
  pass({
    at,
    found: `${facts.database} on PostgreSQL ${facts.server}, ${inMebibytes(facts.bytes)}${external ? "" : ", with room for its dump"}`,
  });

function missing({ database, server }: DatabaseFacts, plan: Plan, at: string): Finding {
  const found = `no database ${database} on PostgreSQL ${server}`;
  return plan.change === "install"
    ? pass({ at, found: `${found}; nothing to save before a first install` })
    : block({
        at,
        found,
        expected: `the database that ${plan.from ?? "the running release"} uses`,
        fix: "check the name of the database and the server",
      });
}

/** The restore opens it again, whichever way it ends; nothing else of ours does. */
function closed({ database }: DatabaseFacts, plan: Plan, at: string): Finding {
  const objection = {
    at,
    found: `${database} lets nobody in, as a restore leaves it that was killed at its last step`,
    expected: "a database that lets the gateway in",
  };
  return plan.change === "rollback-across-major"
    ? warn({ ...objection, fix: "nothing; the restore goes on and opens it" })
    : block({
        ...objection,
        fix: `set the version back to what was being restored, or run as its owner: ALTER DATABASE "${database}" ALLOW_CONNECTIONS true`,
      });
}

/** Locks and snapshots belong to a session, and such a pooler keeps none. */
const pooled = ({ database }: DatabaseFacts, at: string): Finding =>
  block({
    at,
    found: `${database} behind a pooler in transaction mode, where no lock and no snapshot lasts`,
    expected: "a connection of its own for each session",
    fix: "connect to the server itself, mostly port 5432, or to a port of the pooler in session mode",
  });

/** It may be saved, but neither be locked against other runs nor be migrated. */
const onReplica = ({ database }: DatabaseFacts, at: string): Finding =>
  block({
    at,
    found: `${database} on a replica, which takes no writes`,
    expected: "the primary",
    fix: "name the primary; behind a pooler, the entry that leads there",
  });

function readOnly(
  { database, readOnly: why }: DatabaseFacts,
  writesNothing: boolean,
  at: string,
): Finding {
  const expected = "transactions that may write";
  if (why === "everyone")
    return block({
      at,
      found: `${database} whose transactions are read-only by default, for whoever comes`,
      expected,
      fix: `see who has set default_transaction_read_only and why (a hosted server does as its disk fills), then reset it, mostly with ALTER DATABASE "${database}" RESET default_transaction_read_only`,
    });
  const found = `a role or connection string whose transactions in ${database} are read-only by default`;
  return writesNothing
    ? warn({ at, found, expected, fix: "see that the pods' role may write: it migrates" })
    : block({
        at,
        found,
        expected,
        fix: "reset default_transaction_read_only of the role, or name a role that may write: the backup is proven in a scratch database",
      });
}

/** Whether a dump can be taken, kept and proven. */
const judgeDump = (
  facts: DatabaseFacts,
  lastDump: number | undefined,
  provesElsewhere: boolean,
  at: string,
): readonly Finding[] => [
  ...judgeTool(facts, at),
  ...judgeRoom(facts, lastDump, at),
  ...(facts.mayCreateDatabase || provesElsewhere ? [] : [mayNotCreate(facts, at)]),
];

function judgeTool({ dumpTool, server }: DatabaseFacts, at: string): readonly Finding[] {
  const [tool, needed] = [Number.parseInt(dumpTool, 10), Number.parseInt(server, 10)];
  if (tool >= needed) return [];
  const objection = {
    at,
    found: `pg_dump ${dumpTool === "" ? "of unknown version" : dumpTool} for PostgreSQL ${server}`,
    expected: `pg_dump ${Number.isNaN(needed) ? "of the server's major" : needed} or newer`,
    fix: "install the client tools of the server's major version",
  };
  return [tool < needed ? block(objection) : unknown(objection)];
}

function judgeRoom(
  { bytes, freeBytes }: DatabaseFacts,
  lastDump: number | undefined,
  at: string,
): readonly Finding[] {
  const needed = roomForDump({ database: bytes, lastDump });
  if (freeBytes === undefined || freeBytes >= needed) return [];
  return [
    block({
      at,
      found: `${inMebibytes(freeBytes)} free where the dump is written`,
      expected:
        lastDump === undefined
          ? `${inMebibytes(needed)} for a database of ${inMebibytes(bytes)}`
          : `${inMebibytes(needed)}, since the last dump had ${inMebibytes(lastDump)}`,
      fix: "make room, or set backup.directory to a larger disk",
    }),
  ];
}

const leavesOut = (excluded: readonly string[], at: string): Finding =>
  warn({
    at,
    found: `backups that a restore brings back without ${excluded.join(", ")}`,
    expected: "dumps that are restored whole",
    fix: "make them again by hand after a restore, as an administrator",
  });

const mayNotCreate = ({ database }: DatabaseFacts, at: string): Finding =>
  block({
    at,
    found: `a role that may not create databases beside ${database}`,
    expected: "one that may, for the scratch database that proves the backup",
    fix: "grant it with ALTER ROLE ... CREATEDB, or name a role that has it",
  });
