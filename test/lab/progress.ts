import type { Part, PartWatcher } from "./parts";

interface Standing {
  readonly part: Part;
  readonly since: number;
  note: string;
  fraction: number;
}

/** Writes a span the way a person says it: `8 s`, `2 min 05 s`. */
export function inWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** A part that is not done, with the fraction of it that is (0 to 1). */
export interface OpenPart {
  readonly part: Pick<Part, "name" | "needs" | "seconds" | "heavy">;
  readonly fraction: number;
}

/**
 * Estimates what is left: heavy parts fill the machine one after the other, then the longest chain of light ones follows.
 *
 * @param pace - how many seconds an expected second of heavy work really takes here. Unit of the answer: seconds.
 */
export function secondsLeft(open: readonly OpenPart[], pace: number): number {
  const byName = new Map(open.map((each) => [each.part.name, each]));
  const rest = ({ part, fraction }: OpenPart): number => part.seconds * (1 - Math.min(1, fraction));
  const heavy = open.filter(({ part }) => part.heavy === true).map(rest);
  const chain = (each: OpenPart): number => {
    const before = each.part.needs.flatMap((name) => byName.get(name) ?? []).map(chain);
    return Math.max(0, ...before) + (each.part.heavy === true ? 0 : rest(each));
  };
  return pace * heavy.reduce((sum, each) => sum + each, 0) + Math.max(0, ...open.map(chain));
}

/** For so long a work is taken to go as expected, besides what was seen of it: its first packages say little about the others. In seconds. */
const TRUST = 60;

/** How many seconds an expected second takes, by what was seen so far and, at the beginning, by what was expected. */
export function paceOf(elapsedSeconds: number, expectedSeconds: number): number {
  if (expectedSeconds < 5) return 1;
  return Math.min(20, Math.max(0.05, (elapsedSeconds + TRUST) / (expectedSeconds + TRUST)));
}

/**
 * Turns the course of the parts into plain lines: step, part, elapsed time, estimate of what is left.
 *
 * A line comes at each start worth telling, at each end, and after at most ten silent seconds.
 */
export function tellProgress(
  parts: readonly Part[],
  report: (line: string) => void,
  now: () => number = Date.now,
): PartWatcher & { readonly stop: () => void } {
  const begun = now();
  const standing = new Map<Part, Standing>();
  const done = new Set<Part>();
  let lastLine = now();

  let heavyBegun: number | undefined;
  // Only what the parts themselves report counts as done; the clock would always say that all goes as expected.
  const pace = (): number => {
    const heavy = parts.filter((part) => part.heavy === true);
    const expected = heavy.reduce(
      (sum, part) =>
        sum + part.seconds * (done.has(part) ? 1 : (standing.get(part)?.fraction ?? 0)),
      0,
    );
    return paceOf((now() - (heavyBegun ?? now())) / 1000, expected);
  };
  const line = (part: Part, text: string): void => {
    const open = parts
      .filter((each) => !done.has(each))
      .map((each) => ({ part: each, fraction: fractionOf(standing.get(each), now()) }));
    const left = secondsLeft(open, pace());
    const rest = open.length === 0 ? "" : `, about ${inWords(left)} left`;
    lastLine = now();
    report(
      `[${String(done.size).padStart(2)}/${parts.length}] ${part.name}: ${text} (${inWords((now() - begun) / 1000)}${rest})`,
    );
  };
  const beat = setInterval(() => {
    if (now() - lastLine < 8000) return;
    for (const { part, note } of standing.values()) line(part, note);
  }, 1000);
  beat.unref();
  return {
    started: (part) => {
      if (part.heavy === true && part.seconds > 0) heavyBegun ??= now();
      standing.set(part, { part, since: now(), note: "under way", fraction: 0 });
      if (part.seconds >= 10) line(part, "starts");
    },
    said: (part, note, fraction) => {
      const at = standing.get(part);
      if (at === undefined) return;
      at.note = note;
      at.fraction = fraction ?? at.fraction;
    },
    done: (part, note) => {
      standing.delete(part);
      done.add(part);
      line(part, note ?? "done");
    },
    stop: () => {
      clearInterval(beat);
    },
  };
}

// Without a fraction of its own a part counts as 90 % done at most, by the clock.
function fractionOf(at: Standing | undefined, now: number): number {
  if (at === undefined) return 0;
  if (at.fraction > 0) return at.fraction;
  return Math.min(0.9, (now - at.since) / 1000 / Math.max(1, at.part.seconds));
}
