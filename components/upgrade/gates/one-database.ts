import type { DatabaseFacts, DatabaseIdentity } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import type { Plan } from "../plan/plan";
import { withoutDatabase } from "../plan/without-database";
import { asClause } from "../counted";
import { isSameDatabase } from "../is-same-database";

const { pass, warn, block } = gate("one-database");

export interface OneDatabaseArgs {
  readonly plan: Plan;
  /** Names of the database that the backup saves, and of the one that pods and migration use; undefined if none is told. */
  readonly saved: string | undefined;
  readonly used: string | undefined;
  /** Looks at both; undefined if only a step can look. */
  readonly database: Observation<DatabaseFacts> | undefined;
  readonly pods: Observation<DatabaseIdentity> | undefined;
  /** True if both are read from one key of one Secret. */
  readonly sameKey: boolean;
  /** Config paths of the two. */
  readonly at: string;
  readonly usedAt: string;
  /** What to do where the two differ. @defaultValue name the one as the other */
  readonly remedy?: string;
}

/**
 * Lets no migration begin on another database than the one that is saved: a dump of an empty neighbour would be no way back (law 7). Where
 * both connection strings can be used from here, the databases themselves are compared, whatever they are called; else their names are.
 */
export const oneDatabase = (args: OneDatabaseArgs): readonly Finding[] =>
  withoutDatabase(args.plan, judge(args));

function judge(args: OneDatabaseArgs): readonly Finding[] {
  const { saved, used, database, pods, sameKey, at } = args;
  if (sameKey)
    return [pass({ at, found: "the backup takes its connection from the key that the pods use" })];
  const identity = database?.observed === true ? database.value.identity : undefined;
  if (identity !== undefined && pods?.observed === true)
    return [compare(args, identity, pods.value)];
  const missing =
    database?.observed === true && !database.value.exists ? database.value : undefined;
  if (missing !== undefined && pods?.observed === true)
    return [
      differ(
        args,
        `database ${saved ?? missing.database}, which does not exist on its server`,
        `database ${used ?? "of the pods"}, which does on theirs`,
      ),
    ];
  if (saved === undefined || used === undefined)
    return [pass({ at, found: "no two connections to compare" })];
  if (saved !== used) return [differ(args, `database ${saved}`, `database ${used}`)];
  if (missing !== undefined)
    return [pass({ at, found: `database ${saved} on both sides, and it does not exist yet` })];
  const reason =
    pods?.observed === false ? pods.reason : "the two cannot be asked from here at one time";
  return [
    warn({
      at,
      found: `database ${saved} on both sides, on servers that could not be compared: ${asClause(reason)}`,
      expected: "proof that the backup saves the database that the migration changes",
      fix: `compare the servers behind ${at} and ${args.usedAt} yourself; the schema step fails if the migration has changed another one`,
    }),
  ];
}

function compare(args: OneDatabaseArgs, one: DatabaseIdentity, other: DatabaseIdentity): Finding {
  const { at, saved = "the saved database", used = "the pods' database" } = args;
  if (isSameDatabase(one, other))
    return pass({ at, found: `${saved} is the database that the pods use, on the same server` });
  return one.started === other.started
    ? differ(
        args,
        `database ${saved} (oid ${one.oid})`,
        `database ${used} (oid ${other.oid}) of that server`,
      )
    : differ(
        args,
        `database ${saved} of one server`,
        `database ${used} of another server, or of a copy of it`,
      );
}

const differ = ({ at, usedAt, remedy }: OneDatabaseArgs, saved: string, used: string): Finding =>
  block({
    at,
    found: `the backup would save ${saved}, and the migration would change ${used}`,
    expected: "one database, however it is reached",
    fix:
      remedy ??
      `name in ${at} the database that ${usedAt} names, directly and not by an alias of a pooler`,
  });
