import { lt, valid } from "semver";
import { z } from "zod";
import type { Evidence } from "../evidence/evidence";
import { goesBack, isOfMajor, type Plan } from "./plan";
import type { RestoreQuestion } from "./restore-need";

/** A way back within a major: what it left, and what was known of the schema then. */
export const cameBackSchema = z.strictObject({
  /** The newer release that was left: `1.1.0`. */
  from: z.string(),
  /** Last migration that was known by then, or "". */
  schemaHead: z.string(),
  /** ISO 8601, UTC: when that was read. */
  seenAt: z.string(),
});

export type CameBack = z.infer<typeof cameBackSchema>;

/** The schema as the evidence knows it; the same in each run until another release is verified. */
export const lastSeen = ({
  schemaHead,
  schemaSeenAt,
  verifiedAt,
}: Pick<Evidence, "schemaHead" | "schemaSeenAt" | "verifiedAt">): Omit<CameBack, "from"> => ({
  schemaHead,
  seenAt: schemaSeenAt ?? verifiedAt,
});

export interface MajorQuestion extends Pick<
  RestoreQuestion,
  "wanted" | "restore" | "migrations" | "migrated"
> {
  readonly verified?: Pick<Evidence, "version" | "verifiedAt" | "schemaSeenAt"> | undefined;
  /** Releases that run now. */
  readonly running: readonly string[];
  /** Releases whose migration may have begun since the schema was seen last. @defaultValue none but what the dumps tell */
  readonly begunSince?: readonly string[] | undefined;
}

/**
 * Whether the schema is known to be one of the wanted release's major. The database says it; if it cannot be asked, all else that is known has to: a
 * release of that major was verified last, none of another major runs, no Job tells of a newer major's migration, and neither a Job nor a dump of a way to another major, up
 * or down, since the schema was seen: going down changes it as well, by a restore or by the image of the newer release.
 *
 * @param isHome - whether a release has the wanted one's schema, where the product knows more of it than its major
 */
export function knowsMajor(
  question: MajorQuestion,
  isHome = (release: string): boolean => isOfMajor(release, question.wanted),
): boolean {
  const { wanted, verified, migrations, migrated, running, restore, begunSince = [] } = question;
  if (migrations.observed) return true;
  if (verified === undefined) return false;
  const seenAt = verified.schemaSeenAt ?? verified.verifiedAt;
  const begun = (restore.observed ? restore.value.dumps : [])
    .filter(({ takenAt }) => takenAt > seenAt)
    .map(({ release }) => release);
  return (
    [verified.version, ...running].every(isHome) &&
    migrated.every((release) => isHome(release) || isOlder(release, wanted)) &&
    [...begun, ...begunSince].every(isHome)
  );
}

const isOlder = (release: string, wanted: string): boolean =>
  valid(release) !== null && lt(release, wanted);

/** True if the plan brings back an older release on a schema that it knows, and with that asks nothing of the database: it stays as it is. */
export const needsNoDatabase = (plan: Plan): boolean =>
  goesBack(plan) && plan.cameBack !== undefined;
