import { setTimeout as pause } from "node:timers/promises";
import type { Load, LoadReport } from "../lab/load";

export type Work = () => Promise<unknown>;

/** The load under which work is done. */
export interface UnderLoad {
  readonly start: () => Promise<Load>;
  /** Requests a second. */
  readonly perSecond: number;
  /** Requests that one run sends at least; in the warm-up the load lasts as long as the work. */
  readonly least: number;
}

const BEFORE_MS = 3_000;

/** Gives the seconds of the work alone; the load goes on around it, and what it has seen is added to `seen`, the warm-up first. */
export function underLoad(
  { start, perSecond, least }: UnderLoad,
  seen: LoadReport[],
  work: Work,
): () => Promise<number> {
  return async () => {
    const load = await start();
    const begun = performance.now();
    let seconds = 0;
    try {
      await pause(BEFORE_MS);
      const began = performance.now();
      await work();
      seconds = (performance.now() - began) / 1000;
      const whole = seen.length === 0 ? 0 : ((least * 1.01) / perSecond) * 1000;
      await pause(Math.max(0, whole - (performance.now() - begun)));
    } finally {
      seen.push(await load.stop());
    }
    return seconds;
  };
}
