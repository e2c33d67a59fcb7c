/** What a server has to spare for the copy that proves a backup, in bytes. */
export interface CopyRoom {
  /** Undefined if it cannot be seen. */
  readonly free: number | undefined;
  readonly needed: number;
}

/** What a server keeps of the log of its changes. */
export interface WalKeeping {
  /** Bytes after which it recycles them: max_wal_size. */
  readonly limit: number;
  /** True if it keeps them longer: a replication slot or an archive has to have them first. */
  readonly isHeld: boolean;
}

/** Share of the database by which it may grow meanwhile. */
const GROWTH = 0.05;

/** Size in GiB up to which the proof is made on the live server although nobody can see whether that has room. */
export const UNSEEN_ROOM_GIB = 10;
export const GIB = 1024 ** 3;

/**
 * Bytes without which no copy is begun: the copy itself, the log of making it, as far as the server keeps that, and on the live server what the gateway writes
 * meanwhile. The gate and the step go by it alike.
 */
export const roomForCopy = (
  database: number,
  { limit, isHeld }: WalKeeping,
  { isLive }: { readonly isLive: boolean },
): number =>
  Math.ceil(
    database + (isHeld ? database : Math.min(database, limit)) + (isLive ? database * GROWTH : 0),
  );
