/** One piece of bringing the lab up. */
export interface Part {
  readonly name: string;
  /** Names of the parts that must be done before. */
  readonly needs: readonly string[];
  /** Name of a part that must be nearly done: what is left of it leaves a core idle. @defaultValue none */
  readonly nearly?: string;
  /** Expected duration, alone on 2 cores. Unit: seconds. */
  readonly seconds: number;
  /** Keeps every core busy: only a few of these run side by side. */
  readonly heavy?: boolean;
  readonly run: (say: Say, signal: AbortSignal) => Promise<string | undefined>;
}

/** From this fraction on a part is nearly done. */
const NEARLY = 0.95;

/** Tells how far a part is; the fraction runs from 0 to 1. */
export type Say = (note: string, fraction?: number) => void;

export interface PartWatcher {
  readonly started: (part: Part) => void;
  readonly said: (part: Part, note: string, fraction: number | undefined) => void;
  readonly done: (part: Part, note: string | undefined) => void;
}

/**
 * Runs every part as soon as what it needs is done, at most `heavyAtOnce` heavy ones side by side.
 *
 * @throws the first part's failure, named, after the parts under way have ended (they are asked to stop by the signal).
 */
export async function runParts(
  parts: readonly Part[],
  watcher: PartWatcher,
  heavyAtOnce: number,
): Promise<void> {
  refuseUnknownNeeds(parts);
  const abort = new AbortController();
  const waiting = new Set(parts);
  const done = new Set<string>();
  const nearlyDone = new Set<string>();
  let wake = (): void => undefined;
  const running = new Map<Part, Promise<void>>();
  let failure: Error | undefined;

  const start = (part: Part): void => {
    waiting.delete(part);
    watcher.started(part);
    const say: Say = (note, fraction) => {
      watcher.said(part, note, fraction);
      if ((fraction ?? 0) < NEARLY || nearlyDone.has(part.name)) return;
      nearlyDone.add(part.name);
      wake();
    };
    const work = part
      .run(say, abort.signal)
      .then((note) => {
        done.add(part.name);
        watcher.done(part, note);
      })
      .catch((error: unknown) => {
        failure ??= new Error(
          `${part.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
        abort.abort();
      })
      .finally(() => running.delete(part));
    running.set(part, work);
  };
  const startable = (part: Part): boolean =>
    part.needs.every((need) => done.has(need)) &&
    (part.nearly === undefined || done.has(part.nearly) || nearlyDone.has(part.nearly)) &&
    (part.heavy !== true ||
      [...running.keys()].filter((other) => other.heavy).length < heavyAtOnce);

  while (failure === undefined && waiting.size + running.size > 0) {
    for (const part of waiting) if (startable(part)) start(part);
    if (running.size === 0) throw new Error("the parts wait for each other in a circle");
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([woken, ...running.values()]);
  }
  await Promise.all(running.values());
  if (failure !== undefined) throw failure;
}

function refuseUnknownNeeds(parts: readonly Part[]): void {
  const names = new Set(parts.map((part) => part.name));
  for (const part of parts) {
    const needs = part.nearly === undefined ? part.needs : [...part.needs, part.nearly];
    const unknown = needs.find((need) => !names.has(need));
    if (unknown !== undefined) throw new Error(`${part.name} needs ${unknown}, which is no part`);
  }
}
