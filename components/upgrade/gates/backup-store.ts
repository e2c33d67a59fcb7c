import { counted } from "../counted";
import { couldNotLook } from "../could-not-look";
import type { StoreFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Look } from "../look";

const { pass, unknown } = gate("backup-store");

/**
 * Asks whether the dumps can be reached: a store that does not answer takes no backup, and that it holds nothing is no answer of its own.
 */
export const backupStore = ({
  store,
  at,
}: {
  readonly store: Look<StoreFacts>;
  /** Config path of the store. */
  readonly at: string;
}): readonly Finding[] => [
  store.seen
    ? pass({ at, found: `${store.value.words}, with ${counted(store.value.dumps, "proven dump")}` })
    : unknown(couldNotLook(at, "the store of the dumps", store.reason)),
];
