import { StepFailure } from "../upgrade/step-io";

/** A connection to the live database. */
export interface LiveSession {
  readonly pid: number;
  readonly role: string;
  /** Application name, or "unnamed". */
  readonly name: string;
  /** Address that it comes from; null for the local socket, and for whom our role may not see. */
  readonly client?: string | null | undefined;
  readonly superuser: boolean;
  /** Whether our role is a member of its role. */
  readonly member: boolean;
}

/** What our role may do, and whom it would have to end. */
export interface Rights {
  readonly role: string;
  readonly database: string;
  readonly owner: string;
  readonly superuser: boolean;
  readonly createDatabase: boolean;
  /** Whether it is, or is a member of, the owner of the live database. */
  readonly owns: boolean;
  /** Whether it is a member of pg_signal_backend. */
  readonly signals: boolean;
  readonly sessions: readonly LiveSession[];
  /** Names of transactions that were prepared in the live database and neither committed nor rolled back. */
  readonly prepared: readonly string[];
}

/**
 * Whether our role may end a session.
 *
 * Source: PostgreSQL 15, functions-admin (pg_terminate_backend): the own role's and its members', those of others with
 * pg_signal_backend, those of superusers for superusers alone.
 */
export const mayEnd = (
  { superuser, signals }: Pick<Rights, "superuser" | "signals">,
  session: Pick<LiveSession, "superuser" | "member">,
): boolean => superuser || (!session.superuser && (signals || session.member));

/** A session as a message names it. */
export const sessionWords = ({
  pid,
  name,
  role,
  client,
}: Omit<LiveSession, "superuser" | "member">): string =>
  `pid ${pid} (${name}, role ${role}${typeof client === "string" ? `, from ${client}` : ""})`;

/**
 * Refuses a restore that would stop halfway for want of a right.
 *
 * Source: PostgreSQL 15, sql-alterdatabase: to rename one must own the database and have CREATEDB.
 *
 * @throws StepFailure naming every right that is missing.
 */
export function judgeRights(rights: Rights): void {
  const { role, database, owner, superuser, prepared } = rights;
  if (prepared.length > 0)
    throw new StepFailure(
      `database ${database} holds transactions that were prepared and left: ${prepared.join(", ")}`,
      "COMMIT PREPARED or ROLLBACK PREPARED each of them, then run this again",
    );
  if (superuser) return;
  const stubborn = rights.sessions.filter((session) => !mayEnd(rights, session));
  const missing = [
    ...(rights.createDatabase ? [] : [`ALTER ROLE "${role}" CREATEDB`]),
    ...(rights.owns ? [] : [`GRANT "${owner}" TO "${role}"`]),
    ...(stubborn.some((session) => !session.superuser)
      ? [`GRANT pg_signal_backend TO "${role}"`]
      : []),
    ...stubborn
      .filter((session) => session.superuser)
      .map((session) => `end ${sessionWords(session)}, which only a superuser may end`),
  ];
  if (missing.length === 0) return;
  throw new StepFailure(
    `role ${role} may not put another database in the place of ${database}`,
    `as an administrator: ${missing.join("; ")}; or give the restore a connection string of such a role`,
  );
}
