import fc from "fast-check";
import { inWords, type Operation } from "./operation";
import { play } from "./play";
import { OPERATED, type ProductName } from "./product";
import { shorten } from "./shorten";

/** What a run of drawn sequences came to. */
export interface Drawn {
  readonly seed: number;
  readonly sequences: number;
  /** How often each operation was carried out, by its kind and how it ended. */
  readonly counts: ReadonlyMap<string, number>;
  /** The shortest sequence that was found to break a law, and which it breaks; undefined where none does. */
  readonly found:
    { readonly operations: readonly Operation[]; readonly broken: readonly string[] } | undefined;
}

const MINUTE = 60_000;
/**
 * Plays drawn sequences in the lab until the time is over, the last one to its end; at the first that breaks a law it looks for a shorter one that breaks
 * one too, for as long again.
 */
export async function drawSequences(
  {
    product,
    seed,
    minutes,
  }: { readonly product: ProductName; readonly seed: number; readonly minutes: number },
  say: (line: string) => void,
): Promise<Drawn> {
  const counts = new Map<string, number>();
  let sequences = 0;
  let found: Drawn["found"];
  /** Plays it; one that breaks a law is what was found, up to the operation that broke it. */
  const holds = async (operations: readonly Operation[]): Promise<boolean> => {
    const { course, broken } = await play(product, operations, (line) => {
      say(`  ${line}`);
    });
    for (const line of course) {
      const counted = line.replace(/ \(.*?\)/, "");
      counts.set(counted, (counts.get(counted) ?? 0) + 1);
    }
    for (const law of broken) say(`  BROKEN ${law}`);
    if (broken.length > 0) found = { operations: operations.slice(0, course.length), broken };
    return broken.length === 0;
  };
  const property = fc.asyncProperty(OPERATED[product].sequence, (operations) => {
    sequences += 1;
    say(`sequence ${sequences}: ${operations.map(inWords).join("; ")}`);
    return holds(operations);
  });
  // A sequence under way is played to its end: what it has made is then taken away.
  const limits = { skipAllAfterTimeLimit: minutes * MINUTE, numRuns: 1000 };
  // Sequences that the end of the time has left out are a failure without an error to fast-check.
  const { errorInstance } = await fc.check(property, { seed, ...limits, endOnFailure: true });
  if (found === undefined && errorInstance instanceof Error) throw errorInstance;
  if (found !== undefined) {
    say("looks for a shorter sequence that breaks a law");
    const deadline = Date.now() + minutes * MINUTE;
    await shorten(
      found.operations,
      async (shorter) => {
        say(`tries: ${shorter.map(inWords).join("; ")}`);
        return !(await holds(shorter));
      },
      () => Date.now() < deadline,
    );
  }
  return { seed, sequences, counts, found };
}

/** The table of what was drawn, most frequent first. */
export function tableOf({ counts }: Drawn): readonly string[] {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  return rows.map(([what, times]) => `${String(times).padStart(5)}  ${what}`);
}
