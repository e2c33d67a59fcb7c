import fc from "fast-check";
import { inWords, operation, type Operation } from "./operation";
import { play, type Played } from "./play";

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
/** A sequence costs about a minute; longer ones say little more than two of these. */
const LONGEST = 8;

/**
 * Plays drawn sequences in the lab until the time is over, the last one to its end; at the first that breaks a law it looks for a shorter one that breaks
 * one too, for as long again.
 */
export async function drawSequences(
  { seed, minutes }: { readonly seed: number; readonly minutes: number },
  say: (line: string) => void,
): Promise<Drawn> {
  const counts = new Map<string, number>();
  let sequences = 0;
  let broken: Played["broken"] = [];
  const property = fc.asyncProperty(
    fc.array(operation, { minLength: 3, maxLength: LONGEST, size: "max" }),
    async (drawn) => {
      sequences += 1;
      const operations: readonly Operation[] = [...drawn, { kind: "up" }];
      say(`sequence ${sequences}: ${operations.map(inWords).join("; ")}`);
      const played = await play(operations, (line) => {
        say(`  ${line}`);
      });
      for (const line of played.course) {
        const counted = line.replace(/ \(.*?\)/, "");
        counts.set(counted, (counts.get(counted) ?? 0) + 1);
      }
      for (const law of played.broken) say(`  BROKEN ${law}`);
      if (played.broken.length > 0) broken = played.broken;
      return played.broken.length === 0;
    },
  );
  // A sequence under way is played to its end: what it has made is then taken away.
  const limits = { skipAllAfterTimeLimit: minutes * MINUTE, numRuns: 1000 };
  const first = await fc.check(property, { seed, ...limits, endOnFailure: true });
  if (!first.failed || first.counterexample === null)
    return { seed, sequences, counts, found: undefined };
  say("looks for a shorter sequence that breaks a law");
  const path = first.counterexamplePath;
  const shrunk = await fc.check(property, { seed, path, ...limits });
  const [shortest] = shrunk.counterexample ?? first.counterexample;
  const operations: readonly Operation[] = [...shortest, { kind: "up" }];
  return { seed, sequences, counts, found: { operations, broken } };
}

/** The table of what was drawn, most frequent first. */
export function tableOf({ counts }: Drawn): readonly string[] {
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  return rows.map(([what, times]) => `${String(times).padStart(5)}  ${what}`);
}
