import { counted } from "../counted";
import { couldNotLook } from "../could-not-look";
import type { StoreFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";

const { pass, warn, unknown } = gate("backup-store");

/**
 * Asks whether the dumps can be reached: a store that does not answer takes no backup, and that it holds nothing is no answer of its own. Warns of
 * dumps that nobody here could decrypt; the gate `restore` stops a way back that needs one of them.
 */
export function backupStore({
  store,
  at,
  keysAt,
}: {
  readonly store: Observation<StoreFacts>;
  /** Config path of the store. */
  readonly at: string;
  /** Config path of the keys. */
  readonly keysAt: string;
}): readonly Finding[] {
  if (!store.observed) return [unknown(couldNotLook(at, "the store of the dumps", store.reason))];
  const { words, dumps, locked = 0 } = store.value;
  const found = `${words}, with ${counted(dumps, "proven dump")}`;
  if (locked === 0) return [pass({ at, found })];
  return [
    warn({
      at,
      found: `${found}, ${locked} of them encrypted with a key that is not here`,
      expected: "the keys of all dumps",
      fix: `add the former keys to ${keysAt}, below the one in use; or let retention remove those dumps`,
    }),
  ];
}
