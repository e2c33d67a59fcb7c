import { access } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { DatabaseFacts } from "../../upgrade/facts";
import type { Look } from "../../upgrade/look";
import type { DumpFacts, RestoreFacts } from "../../upgrade/restore-need";
import type { Manifest } from "../backup/manifest";
import { sealedDumps } from "../backup/sealed-dumps";
import { openDatabase } from "../database/database";
import type { DatabaseSource } from "../database/database-source";
import { dumpToGoBackTo } from "./dump-to-go-back-to";
import { rowsAtRisk } from "./rows-at-risk";

export interface RestoreLook {
  readonly gateway: string;
  readonly stack: string;
  /** The release that the stack file names. */
  readonly wanted: string;
  /** Directory of the dumps; none need be there. */
  readonly directory: string;
  readonly source: DatabaseSource;
  /** What is known of the database by then; undefined where nobody can look without making something. */
  readonly database: Promise<Look<DatabaseFacts> | undefined>;
}

/**
 * Looks at the proven dumps, and, where the schema has moved past the one that the wanted release would go back to, counts what going back to it
 * would lose. Changes nothing.
 *
 * @throws Error of one sentence where the dumps cannot be listed.
 */
export async function readRestoreFacts(
  { gateway, stack, wanted, directory, source, database }: RestoreLook,
  env: NodeJS.ProcessEnv,
): Promise<RestoreFacts> {
  const folder = resolve(directory);
  const sealed = (await isThere(folder)) ? await sealedDumps(folder, { gateway, stack }) : [];
  const ordered = sealed.toSorted((one, other) => one.takenAt.localeCompare(other.takenAt));
  const candidate = dumpToGoBackTo(ordered, wanted);
  const dumps = ordered.map(dumpFacts);
  if (candidate === undefined) return { dumps, candidate: undefined, risk: undefined };
  const facts = await database;
  const seen = facts?.seen === true ? facts.value : undefined;
  const moved = seen?.exists === true && seen.migrations?.at(-1) !== candidate.schemaHead;
  const risk =
    moved && source.kind !== "job"
      ? await rowsAtRisk(await openDatabase(source, env), candidate)
      : undefined;
  return { dumps, candidate: dumpFacts(candidate), risk };
}

const dumpFacts = ({
  path,
  release,
  running,
  takenAt,
  rows,
  schemaHead,
  noWayBack,
}: Manifest): DumpFacts => ({
  file: basename(path),
  release,
  running,
  takenAt,
  rows,
  schemaHead,
  noWayBack,
});

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
