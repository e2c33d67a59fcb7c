import { setTimeout as pause } from "node:timers/promises";

export interface Patience {
  /** Longest wait. Unit: seconds. */
  readonly seconds: number;
  /** Pause between two looks. Unit: milliseconds. @defaultValue 100 */
  readonly everyMs?: number;
  /** Says in words why waiting on is pointless; undefined while there is hope. */
  readonly hopeless?: () => Promise<string | undefined>;
}

/**
 * Resolves as soon as `check` answers true; a check that throws counts as "not yet".
 *
 * @throws Error naming `what` and the last failure once the patience ends or the case is hopeless.
 */
export async function until(
  what: string,
  check: () => Promise<boolean> | boolean,
  patience: Patience,
): Promise<void> {
  const deadline = Date.now() + patience.seconds * 1000;
  let last = "";
  for (;;) {
    try {
      if (await check()) return;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    const hopeless = await patience.hopeless?.();
    if (hopeless !== undefined) throw new Error(`${what}: ${hopeless}`);
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${patience.seconds} s${last === "" ? "" : ` (${last})`}`,
      );
    }
    await pause(patience.everyMs ?? 100);
  }
}
