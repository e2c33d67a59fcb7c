import { readManifest } from "../../dumps/list-dumps";
import type { DumpStore } from "../../dumps/store/dump-store";
import type { Database } from "../../postgres/database";
import { headOf, readMigrations } from "../../postgres/migrations";
import type { StepIo } from "../../upgrade/step-io";
import type { LiveDatabase } from "../../postgres/live-database";
import type { RestoreInput } from "../restore-input";
import { isRestored, readMark } from "../../postgres/restore-mark";

/** What a restore works with. */
export interface RestoreMeans {
  readonly input: RestoreInput;
  readonly io: StepIo;
  readonly live: Database;
  readonly store: DumpStore;
}

/** Why nothing is left to restore, if an earlier run has put this dump in place; the dump itself may be gone by now. */
export async function restoredBefore(
  { input, live, store }: Pick<RestoreMeans, "input" | "live" | "store">,
  { comment }: LiveDatabase,
): Promise<string | undefined> {
  const mark = readMark(comment);
  if (mark?.dump !== input.dump) return undefined;
  // What the database says of itself stands, too, if the dumps cannot be asked.
  const manifest = await readManifest(store, input.dump).catch(() => undefined);
  const applied = await readMigrations(live, input.trackingTable);
  const wanted = {
    dump: input.dump,
    sha256: manifest?.sha256 ?? mark.sha256,
    schemaHead: manifest?.schemaHead ?? headOf(applied),
  };
  if (!isRestored(mark, wanted, applied)) return undefined;
  return `${live.name} was restored from ${mark.dump} before; the data of before lies in database ${mark.kept} of that server`;
}
