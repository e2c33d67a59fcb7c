/** A number and what it counts: `1 node`, `2 nodes`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Bytes in whole MiB, rounded up: `205 MiB`. */
export const inMebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

/** A reason as it stands within a sentence: without the full stop that it may end with. */
export const asClause = (reason: string): string => reason.replace(/[.\s]+$/, "");
