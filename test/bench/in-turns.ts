import type { Bench, Comparison } from "./measure";

/** One piece of work and the two ways of doing it; each way gives the seconds that it took. */
export interface Contest {
  readonly title: string;
  readonly ours: () => Promise<number>;
  readonly other: () => Promise<number>;
}

/**
 * Measures two ways in turns (one, other, one, other, ...), so that what the machine does besides hits both alike. Every turn goes through all
 * contests in their order. The first turn warms up and does not count.
 */
export async function inTurns(
  { runs, say }: Pick<Bench, "runs" | "say">,
  contests: readonly Contest[],
): Promise<readonly Comparison[]> {
  const taken = contests.map(({ title }) => ({
    title,
    ours: [] as number[],
    other: [] as number[],
  }));
  for (let turn = 0; turn <= runs; turn += 1) {
    for (const [index, { title, ours, other }] of contests.entries()) {
      const [one, two] = [await ours(), await other()];
      const words = turn === 0 ? "warm-up" : `${turn} of ${runs}`;
      say(`${title}, ${words}: ${one.toFixed(2)} s against ${two.toFixed(2)} s`);
      if (turn === 0) continue;
      taken[index]?.ours.push(one);
      taken[index]?.other.push(two);
    }
  }
  return taken;
}
