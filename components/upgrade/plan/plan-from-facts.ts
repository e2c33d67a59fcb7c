import { isSameDatabase } from "../is-same-database";
import type { Evidence } from "../evidence/evidence";
import type { CoreFacts } from "../facts";
import { observed, unavailable, type Observation } from "../observation";
import { knowsMajor, lastSeen } from "./came-back";
import { hopsInPlan, isKnownSchema, isOfSchema, releaseAhead, type Hops } from "./hops";
import { occasionOf, type OccasionQuestion } from "./occasion";
import { planUpgrade, type Plan } from "./plan";
import { restoreNeed, schemaAhead, type RestoreQuestion } from "./restore-need";
import { schemaDoubt, type SchemaDoubtQuestion } from "./schema-doubt";

/** A migration that has begun, by what is left of it where it ran. */
export interface BegunMigration {
  readonly release: string;
  /** ISO 8601; undefined if nobody tells. */
  readonly begunAt: string | undefined;
}

/** What a plan follows from, wherever the product runs. */
export interface PlanFacts {
  /** The wanted release, and what is known of the way to it. */
  readonly release: { readonly version: string; readonly hops?: Hops | undefined };
  readonly facts: CoreFacts;
  /** Releases that run; none if nobody could look. */
  readonly running: readonly string[];
  /** What it does, beside the releases that run; undefined if nobody could look. */
  readonly live: Omit<NonNullable<OccasionQuestion["live"]>, "running"> | undefined;
  readonly begun: readonly BegunMigration[];
  /** Why a preview does not look at the database, if it does not. */
  readonly unseen: string;
  /** What this stack has verified so far. */
  readonly history?: readonly Evidence[];
}

/** Plans from what was verified last, what runs now, and what the database holds. */
export function planFromFacts(args: PlanFacts): Plan {
  const { release, facts, running, live, history = [] } = args;
  const { version, hops } = release;
  const verified = facts.own.observed ? facts.own.value : undefined;
  const question: SchemaDoubtQuestion = {
    wanted: version,
    verified,
    history,
    running,
    restore: facts.restore,
    migrations: migrationsOf(args),
    migrated: args.begun.map((one) => one.release),
    begunSince: verified && begunSince(args, lastSeen(verified).seenAt),
  };
  const way = hops && {
    ...question,
    hops,
    present: [...running, ...(verified === undefined ? [] : [verified.version])],
    atStake: facts.atStake,
  };
  const isHome = hops && ((one: string) => isOfSchema(hops, one, version));
  return planUpgrade({
    wanted: version,
    verified: verified?.version,
    running,
    occasion: occasionOf({
      ...question,
      undone: facts.database?.observed === true ? facts.database.value.undone : undefined,
      ...(live === undefined ? {} : { live: { running, ...live } }),
    }),
    doubt: way && explains(way) ? undefined : schemaDoubt(question),
    schema: verified !== undefined && knowsMajor(question, isHome) ? lastSeen(verified) : undefined,
    cameBack: verified?.cameBack,
    ahead: way ? releaseAhead(way) : schemaAhead(question),
    hops: way && hopsInPlan(way),
    restore: restoreNeed(question),
    hindrances: facts.database?.observed === true ? facts.database.value.hindrances : undefined,
  });
}

function migrationsOf({
  facts: { database, podsDatabase },
  unseen,
}: PlanFacts): RestoreQuestion["migrations"] {
  if (database === undefined) return unavailable(unseen);
  if (!database.observed) return database satisfies Observation<never>;
  const { closed, identity, migrations } = database.value;
  if (closed === true) return unavailable("the database lets nobody in");
  const pods = podsDatabase?.observed === true ? podsDatabase.value : undefined;
  return identity !== undefined && pods !== undefined && !isSameDatabase(identity, pods)
    ? unavailable("it is another database than the one that the pods use")
    : observed(migrations);
}

/** Of a schema that nobody can look at, the hops tell themselves whether it may be ahead. */
const explains = (way: Parameters<typeof isKnownSchema>[0]): boolean =>
  !way.migrations.observed || isKnownSchema(way);

/**
 * Releases whose migration has begun since a moment, where nobody knows better. A dump that was taken before a migration tells of it too, if it is only now that
 * the database does not answer; one that no preview ever reaches would be in doubt after each upgrade that has ended with its backup.
 */
const begunSince = ({ begun, facts }: PlanFacts, seenAt: string): readonly string[] => [
  ...begun
    .filter(({ begunAt }) => begunAt === undefined || begunAt > seenAt)
    .map(({ release }) => release),
  ...(facts.database !== undefined && facts.restore.observed ? facts.restore.value.dumps : [])
    .filter(({ takenAt }) => takenAt > seenAt)
    .map(({ release }) => release),
];
