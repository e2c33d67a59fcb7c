import { couldNotLook } from "../../upgrade/could-not-look";
import type { DatabaseFacts } from "../../upgrade/facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";
import { withoutDatabase } from "../../upgrade/plan/without-database";
import { releaseOf, type BamfCatalogue, type Release } from "../catalogue";

const { pass, warn, block, unknown } = gate("schema-head");

/** What this gate looks at. */
export interface SchemaHeadArgs {
  readonly catalogue: BamfCatalogue;
  /** Undefined if only the steps can look. */
  readonly database: Observation<DatabaseFacts> | undefined;
  readonly plan: Plan;
  /** Config path of the version. */
  readonly at: string;
}

/**
 * Lets an upgrade begin only from the revision that the running release knows as its last (B-22), or from one on the way, where an earlier run was cut off. A schema
 * that is behind has programs that fail already, unless a way down that was cut off has stopped them; a revision that nobody knows was brought by a hand. That nobody can tell
 * where the schema is stops no way back that leaves it alone (law 8).
 */
export function schemaHead({ catalogue, database, plan, at }: SchemaHeadArgs): readonly Finding[] {
  const { from, to, running: now } = plan;
  if (database === undefined)
    return [pass({ at, found: "a database at which the schema step looks itself" })];
  if (!database.observed)
    return withoutDatabase(plan, [
      unknown(couldNotLook("the database", "its revision", database.reason)),
    ]);
  const place = `database ${database.value.database}`;
  const { migrations = [] } = database.value;
  if (migrations.length > 1) return withoutDatabase(plan, [forked(migrations, place)]);
  const head = migrations.at(-1);
  if (head === undefined) return [without(from, place)];
  const running = from === undefined ? undefined : releaseOf(catalogue, from);
  const wanted = releaseOf(catalogue, to);
  const match = [running, wanted].find((row) => row?.head === head);
  if (match !== undefined)
    return [standing(catalogue, { head, of: match.version, wanted: wanted ?? match }, place)];
  return [
    running === undefined || wanted === undefined
      ? untold(head, [from, to], place)
      : judge(catalogue, { head, running, wanted, isUp: now.includes(running.version) }, place),
  ];
}

/** Where the schema stands, and what the migration of the wanted release does to it. A pass is not told in words: what is to come is a warning. */
function standing(
  { revisions }: BamfCatalogue,
  { head, of, wanted }: { readonly head: string; readonly of: string; readonly wanted: Release },
  at: string,
): Finding {
  const place = (id: string) => revisions.findIndex((one) => one.id === id);
  const added = revisions.slice(place(head) + 1, place(wanted.head) + 1);
  const found = `revision ${head}, the last of ${of}`;
  if (added.length === 0) return pass({ at, found });
  return warn({
    at,
    found: `${found}; ${wanted.version} adds ${added.map(({ id, does }) => `${id} (${does})`).join(", ")}`,
    expected: `revision ${wanted.head} after the migration of this run`,
    fix: "nothing; the gate hop asks for what these revisions break or delete",
  });
}

const without = (from: string | undefined, at: string): Finding =>
  from === undefined
    ? pass({ at, found: "no schema yet" })
    : warn({
        at,
        found: `no revision, while ${from} runs`,
        expected: "the revision in alembic_version",
        fix: "see that this is the database of the gateway, and that the role sees its tables",
      });

const forked = (heads: readonly string[], at: string): Finding =>
  block({
    at,
    found: `revisions ${heads.join(" and ")} in alembic_version`,
    expected: "one revision, that of the whole schema",
    fix: "find out which of them the schema has, and leave that one alone in the table",
  });

const untold = (head: string, releases: readonly (string | undefined)[], at: string): Finding =>
  warn({
    at,
    found: `revision ${head}, of which the catalogue does not tell the release`,
    expected: `a row of ${releases.filter((one) => one !== undefined).join(" and of ")} in the catalogue`,
    fix: "compare it with the migrations in the image, or write a row into a catalogue of your own",
  });

/** What is asked about the revisions. */
interface Heads {
  readonly head: string;
  readonly running: Release;
  readonly wanted: Release;
  /** False if the running release was stopped. */
  readonly isUp: boolean;
}

function judge(
  { revisions }: BamfCatalogue,
  { head, running, wanted, isUp }: Heads,
  at: string,
): Finding {
  const place = (id: string) => revisions.findIndex((one) => one.id === id);
  const [now, here, there] = [place(head), place(running.head), place(wanted.head)];
  const expected = `revision ${running.head}, the last of ${running.version}`;
  if (now < 0)
    return block({
      at,
      found: `revision ${head}, which no release of the catalogue has`,
      expected,
      fix: "find out who has migrated this database, and go on with a release that has the revision",
    });
  if (now > Math.min(here, there) && now < Math.max(here, there))
    return warn({
      at,
      found: `revision ${head}, between ${running.version} and ${wanted.version}`,
      expected,
      fix: "nothing; a migration was cut off, and this run goes on with it",
    });
  if (now < here && (running === wanted || !isUp))
    return warn({
      at,
      found: `revision ${head}: migrations of ${wanted.version} are pending`,
      expected,
      fix: "nothing; a way down was cut off, or the migration was, and this run migrates",
    });
  if (now < here) {
    const pending = revisions.slice(now + 1, here + 1).map(({ id }) => id);
    return block({
      at,
      found: `revision ${head}: migrations of ${running.version} are pending, although it runs: ${pending.join(", ")}`,
      expected,
      fix: `set the version to ${running.version} and run up, which migrates; upgrade afterwards`,
    });
  }
  return block({
    at,
    found: `revision ${head}, newer than those of ${running.version} and ${wanted.version}`,
    expected,
    fix: "set the version to the release that has migrated it, whose image alone can take it back",
  });
}
