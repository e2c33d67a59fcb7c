import { basename } from "node:path";
import type { DatabaseFacts } from "../../upgrade/facts";
import type { Observation } from "../../upgrade/observation";
import type { DumpFacts, RestoreFacts } from "../../upgrade/plan/restore-need";
import { lockedFor, readKeys, type DumpKeys } from "../../dumps/dump-keys";
import type { Manifest } from "../../dumps/manifest";
import { openDatabase } from "../../postgres/database";
import type { DatabaseSource } from "../../postgres/database-source";
import { dumpToGoBackTo } from "../../dumps/dump-to-go-back-to";
import { rowsAtRisk } from "../../postgres/rows-at-risk";

export interface RestoreLook {
  /** The release that the stack file names. */
  readonly wanted: string;
  /** The proven dumps of this gateway and stack. */
  readonly dumps: Promise<readonly Manifest[]>;
  readonly source: DatabaseSource;
  /** What is known of the database by then; undefined where nobody can look without making something. */
  readonly database: Promise<Observation<DatabaseFacts> | undefined>;
}

/**
 * Looks at the proven dumps, and, where the schema has moved past the one that the wanted release would go back to, counts what going back to it
 * would lose. Changes nothing.
 *
 * @throws Error of one sentence where the dumps cannot be listed.
 */
export async function readRestoreFacts(
  { wanted, dumps: listing, source, database }: RestoreLook,
  env: NodeJS.ProcessEnv,
): Promise<RestoreFacts> {
  const sealed = await listing;
  const ordered = sealed.toSorted((one, other) => one.takenAt.localeCompare(other.takenAt));
  const candidate = dumpToGoBackTo(ordered, wanted);
  const keys = await readKeys(env);
  const dumps = ordered.map((dump) => dumpFacts(dump, keys));
  if (candidate === undefined) return { dumps, candidate: undefined, risk: undefined };
  const facts = await database;
  const seen = facts?.observed === true ? facts.value : undefined;
  const moved = seen?.exists === true && seen.migrations?.at(-1) !== candidate.schemaHead;
  const risk =
    moved && source.kind !== "job"
      ? await rowsAtRisk(await openDatabase(source, env), candidate)
      : undefined;
  return { dumps, candidate: dumpFacts(candidate, keys), risk };
}

function dumpFacts(manifest: Manifest, keys: DumpKeys | undefined): DumpFacts {
  const { path, release, running, takenAt, rows, schemaHead, noWayBack } = manifest;
  const locked = lockedFor(manifest, keys);
  const file = basename(path);
  return { file, release, running, takenAt, rows, schemaHead, noWayBack, lockedFor: locked };
}
