import { basename } from "node:path";
import type { DatabaseFacts } from "../upgrade/facts";
import type { Observation } from "../upgrade/observation";
import type { DumpFacts, RestoreFacts } from "../upgrade/plan/restore-need";
import { lockedFor, readKeys, type DumpKeys } from "./dump-keys";
import type { Manifest } from "./manifest";
import type { Database } from "../postgres/database";
import { dumpToGoBackTo } from "./dump-to-go-back-to";
import { rowsAtRisk } from "./rows-at-risk";

export interface RestoreLook {
  /** The release that the stack file names. */
  readonly wanted: string;
  /** The proven dumps of this gateway and stack. */
  readonly dumps: Promise<readonly Manifest[]>;
  /** Opens the live database; undefined if nobody can look without making something. */
  readonly open: (() => Promise<Database>) | undefined;
  /** Table in which the product lists its migrations. */
  readonly trackingTable: string;
  /** What is known of it by then; undefined if nobody can look without making something. */
  readonly database: Promise<Observation<DatabaseFacts> | undefined>;
}

/**
 * Looks at the proven dumps, and, if the schema has moved past the one that the wanted release would go back to, counts what going back to it
 * would lose. Changes nothing.
 *
 * @throws Error of one sentence if the dumps cannot be listed.
 */
export async function readRestoreFacts(
  { wanted, dumps: listing, open, trackingTable, database }: RestoreLook,
  env: NodeJS.ProcessEnv,
): Promise<RestoreFacts> {
  const ordered = (await listing).toSorted((one, other) =>
    one.takenAt.localeCompare(other.takenAt),
  );
  const candidate = dumpToGoBackTo(ordered, wanted);
  const keys = await readKeys(env);
  const dumps = ordered.map((dump) => dumpFacts(dump, keys));
  if (candidate === undefined) return { dumps, candidate: undefined, risk: undefined };
  const facts = await database;
  const seen = facts?.observed === true ? facts.value : undefined;
  const moved = seen?.exists === true && seen.migrations?.at(-1) !== candidate.schemaHead;
  const risk =
    moved && open !== undefined
      ? await rowsAtRisk(await open(), candidate, { trackingTable })
      : undefined;
  return { dumps, candidate: dumpFacts(candidate, keys), risk };
}

function dumpFacts(manifest: Manifest, keys: DumpKeys | undefined): DumpFacts {
  const { path, release, running, takenAt, rows, schemaHead, noWayBack } = manifest;
  const locked = lockedFor(manifest, keys);
  const file = basename(path);
  return { file, release, running, takenAt, rows, schemaHead, noWayBack, lockedFor: locked };
}
