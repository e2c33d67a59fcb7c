import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** Root of the checkout. */
export const ROOT = dirname(dirname(import.meta.dirname));

/** Where the seconds of each test file are kept, by its path below the checkout. */
export const DURATIONS = join(ROOT, "test", "durations.json");

/** Seconds of test files, by path below the checkout. */
export type Durations = Readonly<Record<string, number>>;

/** Reads the committed seconds; a checkout without them knows none. */
export async function readDurations(): Promise<Durations> {
  const text = await readFile(DURATIONS, "utf8").catch(() => "{}");
  return z.record(z.string(), z.number()).parse(JSON.parse(text));
}

/**
 * Sorts so that the longest file starts first and the last one to start is a short one; a file of unknown length may be long and comes before all.
 *
 * @param pathOf - gives the path by which an entry is known in `durations`
 */
export const longestFirst = <T>(
  entries: readonly T[],
  durations: Durations,
  pathOf: (entry: T) => string,
): T[] => {
  const seconds = (entry: T) => durations[pathOf(entry)] ?? Infinity;
  // Two unknown ones have no difference that could be computed.
  return entries.toSorted((one, other) =>
    seconds(one) === seconds(other) ? 0 : seconds(other) - seconds(one),
  );
};
