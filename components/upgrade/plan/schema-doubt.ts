import { gt, valid } from "semver";
import { isOfMajor } from "./plan";
import { headName } from "./head-name";
import { schemaAhead, type RestoreQuestion } from "./restore-need";

/** A schema whose origin nothing shows. */
export interface SchemaDoubt {
  /** Last migration that the database holds, or ""; undefined if nobody could look. */
  readonly head: string | undefined;
  /** What does not fit, as a clause. */
  readonly reason: string;
}

export interface SchemaDoubtQuestion extends RestoreQuestion {
  /** Releases that run now. */
  readonly running: readonly string[];
  /** Releases whose migration may have begun since this stack saw the schema last. @defaultValue none */
  readonly begunSince?: readonly string[] | undefined;
}

/**
 * Asks whether what this machine can see explains the schema: the evidence of this stack, the dumps, the migration Jobs in the cluster and the
 * releases that run. A dump that is not here proves nothing: another machine may have taken it (law 7). Undefined if the schema is explained,
 * where the wanted release brings its own (a newer major), or if nothing can be compared. A schema that nobody can look at is in doubt if a newer major may have
 * begun to migrate it since it was seen last.
 */
export function schemaDoubt(question: SchemaDoubtQuestion): SchemaDoubt | undefined {
  const { verified, migrations, migrated, wanted } = question;
  if (!migrations.observed) return unseen(question, migrations.reason);
  const head = migrations.value?.at(-1) ?? "";
  const stranger = migrated.find((release) => isNewerMajor(release, wanted));
  if (head === (verified?.schemaHead ?? "")) return undefined;
  if (verified === undefined && stranger === undefined) return undefined;
  if (verified !== undefined && isNewerMajor(wanted, verified.version)) return undefined;
  if (isAnnounced(question, head)) return undefined;
  const was =
    verified === undefined
      ? "nothing was verified yet"
      : `${verified.version} was verified at ${headName(verified.schemaHead)}`;
  const who =
    stranger === undefined
      ? "nothing here says what changed it: no dump, no migration Job, no running release"
      : `a migration Job of ${stranger} is in the cluster, and no dump here was taken before it`;
  return { head, reason: `the schema is at ${headName(head)}, ${was}, and ${who}` };
}

/** Of a schema that nobody can look at now, what has begun since somebody did. What the plan knows to be ahead is the restore's business. */
function unseen(question: SchemaDoubtQuestion, why: string): SchemaDoubt | undefined {
  const { verified, wanted, begunSince = [] } = question;
  const stranger = begunSince.find((release) => isNewerMajor(release, wanted));
  if (verified === undefined || stranger === undefined) return undefined;
  if (schemaAhead(question) !== undefined) return undefined;
  const reason = `the schema could not be looked at (${why}), and a migration to ${stranger} has begun since it was seen at ${headName(verified.schemaHead)}`;
  return { head: undefined, reason };
}

/** Whether a dump, a Job or a running release of the wanted major accounts for it, or the plan knows that the schema is ahead. */
function isAnnounced(question: SchemaDoubtQuestion, head: string): boolean {
  const { wanted, verified, migrated, running, restore } = question;
  if (schemaAhead(question) !== undefined) return true;
  const dumps = restore.observed ? restore.value.dumps : [];
  const mayHaveMoved = (release: string): boolean =>
    isOfMajor(release, wanted) && !bringsNothing(release, verified?.version);
  // The schema on which the wanted major ran, as a restore puts it back beside the Job of the newer one.
  const isShown = dumps.some(
    ({ schemaHead, running: ran }) => schemaHead === head && ran.some(mayHaveMoved),
  );
  if (isShown) return true;
  if (migrated.some((release) => isNewerMajor(release, wanted))) return false;
  if ([...migrated, ...running].some(mayHaveMoved)) return true;
  return dumps.some(
    (dump) =>
      dump.schemaHead === verified?.schemaHead &&
      dump.takenAt > (verified.schemaSeenAt ?? verified.verifiedAt) &&
      mayHaveMoved(dump.release),
  );
}

/** Within its major a release has no migration that a newer one, which was verified, has not. */
const bringsNothing = (release: string, verified: string | undefined): boolean =>
  verified !== undefined && isOfMajor(release, verified) && !gt(release, verified);

const isNewerMajor = (release: string, other: string): boolean =>
  valid(release) !== null && gt(release, other) && !isOfMajor(release, other);
