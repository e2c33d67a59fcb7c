import type { Bench, Comparison } from "./measure";

/**
 * Measures two ways in turns (one, other, one, other, ...), so that what the machine does besides hits both alike. The first turn warms up and
 * does not count.
 */
export async function inTurns(
  { runs, say }: Bench,
  title: string,
  ours: () => Promise<number>,
  other: () => Promise<number>,
): Promise<Comparison> {
  const taken: (readonly [number, number])[] = [];
  for (let turn = 0; turn <= runs; turn += 1) {
    const pair = [await ours(), await other()] as const;
    const [one, two] = pair.map((seconds) => seconds.toFixed(2));
    say(`${title}, ${turn === 0 ? "warm-up" : `${turn} of ${runs}`}: ${one} s against ${two} s`);
    if (turn > 0) taken.push(pair);
  }
  return { title, ours: taken.map(([one]) => one), other: taken.map(([, two]) => two) };
}
