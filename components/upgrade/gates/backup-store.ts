import { counted } from "../counted";
import { couldNotLook } from "../could-not-look";
import type { StoreFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import type { Plan } from "../plan/plan";
import { withoutDatabase } from "../plan/without-database";

const { pass, warn, unknown } = gate("backup-store");

/** What this gate looks at. */
export interface BackupStoreArgs {
  readonly plan: Plan;
  readonly store: Observation<StoreFacts>;
  /** True if the live schema was looked at; else the dumps tell whether a newer major has begun to migrate it. */
  readonly seesSchema: boolean;
  /** Config path of the store. */
  readonly at: string;
  /** Config path of the keys. */
  readonly keysAt: string;
}

/**
 * Asks whether the dumps can be reached: a store that does not answer takes no backup, and that it holds nothing is no answer of its own. Warns of
 * dumps that nobody here could decrypt, or whose manifest nobody could read; the gate `restore` stops a way back that needs one of them. A way back that leaves the database alone, on a
 * schema that was seen, needs no dump and is not stopped.
 */
export const backupStore = (args: BackupStoreArgs): readonly Finding[] =>
  args.seesSchema ? withoutDatabase(args.plan, judge(args)) : judge(args);

function judge({ store, at, keysAt }: BackupStoreArgs): readonly Finding[] {
  if (!store.observed) return [unknown(couldNotLook(at, "the store of the dumps", store.reason))];
  const { words, dumps, locked = 0, unread = [] } = store.value;
  const found = `${words}, with ${counted(dumps, "proven dump")}`;
  if (locked === 0 && unread.length === 0) return [pass({ at, found })];
  const told = [];
  if (locked > 0)
    told.push(
      warn({
        at,
        found: `${found}, ${locked} of them encrypted with a key that is not here`,
        expected: "the keys of all dumps",
        fix: `add the former keys to ${keysAt}, below the one in use; or let retention remove those dumps`,
      }),
    );
  if (unread.length > 0)
    told.push(
      warn({
        at,
        found: `${found}, and ${counted(unread.length, "dump")} whose manifest cannot be read, which count as none: ${unread.join(", ")}`,
        expected: "manifests as this version of the program writes them",
        fix: "where a newer version has written them, run that one; a damaged manifest proves nothing: move it away with its dump",
      }),
    );
  return told;
}
