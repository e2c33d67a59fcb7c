import { join } from "node:path";
import type { ClusterClient } from "../../kubernetes/client";
import { readManifest } from "../backup/sealed-dumps";
import type { Database } from "../database/database";
import { readMigrations } from "../database/read-migrations";
import type { StepIo } from "../step";
import type { LiveDatabase } from "./live-database";
import type { RestoreInput } from "./restore-input";
import { isRestored, readMark } from "./restore-mark";

/** All that a restore works with. */
export interface Restoring {
  readonly input: RestoreInput;
  readonly io: StepIo;
  readonly live: Database;
  readonly client: ClusterClient;
}

export const pathOf = ({ directory, dump }: RestoreInput): string => join(directory, dump);

/** Why nothing is left to restore, where an earlier run has put this dump in place; the dump itself may be gone by now. */
export async function restoredBefore(
  { input, live }: Pick<Restoring, "input" | "live">,
  { comment }: LiveDatabase,
): Promise<string | undefined> {
  const mark = readMark(comment);
  if (mark?.dump !== input.dump) return undefined;
  const manifest = await readManifest(pathOf(input));
  const applied = await readMigrations(live, input.trackingTable);
  const wanted = {
    dump: input.dump,
    sha256: manifest?.sha256 ?? mark.sha256,
    schemaHead: manifest?.schemaHead ?? applied.at(-1) ?? "",
  };
  if (!isRestored(mark, wanted, applied)) return undefined;
  return `${live.name} was restored from ${mark.dump} before; the data of before lies in database ${mark.kept} of that server`;
}
