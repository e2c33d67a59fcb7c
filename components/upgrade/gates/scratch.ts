import type { Consent } from "../plan/consent";
import { roomForCopy, type CopyRoom } from "../copy-room";
import { couldNotLook } from "../could-not-look";
import type { DatabaseFacts, ScratchFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import type { Plan } from "../plan/plan";
import { withoutDatabase } from "../plan/without-database";
import { inMebibytes } from "../counted";

const { pass, warn, block, unknown } = gate("scratch");

/** What this gate looks at. */
export interface ScratchArgs {
  readonly plan: Plan;
  /** The live database; undefined if only the backup step can look. */
  readonly database: Observation<DatabaseFacts> | undefined;
  /** Another server on which the restore is tried; undefined if it is the live one. */
  readonly scratch: Observation<ScratchFacts> | undefined;
  /** Bytes of a database up to which room that nobody can see is taken for enough. */
  readonly largestUnseen: number;
  /** The operator's word that the live server has room, though nobody can see it from here. @defaultValue none */
  readonly consent?: Consent | undefined;
  /** Config path. */
  readonly at: string;
  /** Config path of the other server. */
  readonly urlAt: string;
}

type Places = Pick<ScratchArgs, "at" | "urlAt">;

/** Lets no copy be made on a server that it could fill: on the live one the gateway itself would stand still (S-02). */
export const scratch = (args: ScratchArgs): readonly Finding[] =>
  withoutDatabase(args.plan, judge(args));

function judge(args: ScratchArgs): readonly Finding[] {
  const { database, scratch: elsewhere, at } = args;
  const live = database?.observed === true && database.value.exists ? database.value : undefined;
  if (elsewhere !== undefined) {
    if (!elsewhere.observed)
      return [unknown(couldNotLook(at, "the server for the proof", elsewhere.reason))];
    return [onAnother(elsewhere.value, live, args)];
  }
  const room = live?.copyRoom;
  if (live === undefined || room === undefined)
    return [pass({ at, found: "the server of the database itself, at which the step looks" })];
  return [room.free === undefined ? unseen(args, live) : fits(room, "the live server", args)];
}

function onAnother(
  { server, mayCreateDatabase, free, wal }: ScratchFacts,
  live: DatabaseFacts | undefined,
  places: Places,
): Finding {
  const { at, urlAt } = places;
  if (!mayCreateDatabase)
    return block({
      at,
      found: "a role that may not create databases on the server for the proof",
      expected: "one that may",
      fix: "grant it with ALTER ROLE ... CREATEDB",
    });
  if (live === undefined) return pass({ at, found: `PostgreSQL ${server}, another server` });
  if (Number.parseInt(server, 10) < Number.parseInt(live.server, 10))
    return block({
      at,
      found: `PostgreSQL ${server} for the proof of a database on PostgreSQL ${live.server}`,
      expected: "the same major version or a newer one",
      fix: `name another server in ${urlAt}`,
    });
  const needed = roomForCopy(live.bytes, wal, { isLive: false });
  if (free !== undefined) return fits({ free, needed }, "the server for the proof", places);
  return pass({ at, found: `PostgreSQL ${server}, another server, whose room nobody can see` });
}

function fits({ free = 0, needed }: CopyRoom, where: string, { at, urlAt }: Places): Finding {
  const found = `${inMebibytes(free)} free on ${where}`;
  if (free >= needed) return pass({ at, found });
  return block({
    at,
    found,
    expected: `${inMebibytes(needed)}, for the copy that proves the backup, its log and what is written meanwhile`,
    fix: `make room there, or try the restore on another server: backup.scratch: "url", with the secret ${urlAt}`,
  });
}

function unseen({ plan, largestUnseen, consent, at }: ScratchArgs, live: DatabaseFacts): Finding {
  const found = `a database of ${inMebibytes(live.bytes)} on a server whose free room nobody can see from here`;
  if (live.bytes <= largestUnseen) return pass({ at, found });
  const expected = `room that can be seen, or a database of at most ${inMebibytes(largestUnseen)}`;
  if (consent?.release === plan.to)
    return warn({
      at,
      found: `${found}; with the operator's consent: ${consent.reason}`,
      expected,
      fix: "watch the disk of the server while the copy is made",
    });
  return block({
    at,
    found,
    expected,
    fix: `try the restore on another server (backup.scratch: "url"); or see that there are ${inMebibytes(live.copyRoom?.needed ?? live.bytes)} free, and set consents.scratch to { release: "${plan.to}", reason: "..." }`,
  });
}
