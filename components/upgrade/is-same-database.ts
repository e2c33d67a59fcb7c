import type { DatabaseIdentity } from "./facts";

/** True if both are one database: the same one of the same running server. */
export const isSameDatabase = (one: DatabaseIdentity, other: DatabaseIdentity): boolean =>
  one.started === other.started && one.oid === other.oid;
