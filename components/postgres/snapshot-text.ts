/** A snapshot of transactions, each with its 64-bit number. */
export interface SnapshotText {
  /** The lowest that was still open. */
  readonly xmin: bigint;
  /** The first that had not begun. */
  readonly xmax: bigint;
  /** Those in between that were still open. */
  readonly open: readonly bigint[];
}

/** Reads what `pg_current_snapshot()` prints, `740:745:741,743`; undefined if it is no such text. */
export function parseSnapshot(text: string): SnapshotText | undefined {
  const [, xmin, xmax, list = ""] = /^(\d+):(\d+):((?:\d+,)*\d+)?$/.exec(text) ?? [];
  if (xmin === undefined || xmax === undefined) return undefined;
  const open = list === "" ? [] : list.split(",").map(BigInt);
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), open };
}
