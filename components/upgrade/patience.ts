/** How long at most a stop of this process, or of the whole machine, counts as time in which nobody answered. Unit: milliseconds. */
const ATTENTION_MS = 250;

/** A limit that runs until it is ended. */
export interface Patience {
  /** Begins anew: whoever is waited for has given a sign of life, or was not asked before. */
  readonly renew: () => void;
  readonly end: () => void;
}

/**
 * Waits for so long, and tells at the limit. It counts the time in which this process could have heard an answer: of a suspended machine, a stopped process or a busy
 * processor whoever is asked knows nothing.
 *
 * @param options - `keepsAlive`: whether the process waits for the limit. @defaultValue true
 */
export function patience(
  limitMs: number,
  tooLong: () => void,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): Patience {
  let timer: NodeJS.Timeout | undefined;
  const listen = (leftMs: number): void => {
    if (leftMs <= 0) {
      tooLong();
      return;
    }
    const next = Math.min(leftMs, ATTENTION_MS);
    timer = setTimeout(() => {
      listen(leftMs - next);
    }, next);
    if (!keepsAlive) timer.unref();
  };
  const end = () => {
    clearTimeout(timer);
  };
  listen(limitMs);
  return {
    renew: () => {
      end();
      listen(limitMs);
    },
    end,
  };
}

/** A signal that fires with a `TimeoutError` once nobody has answered for so long, as {@link patience} counts it. It keeps no process alive. */
export function patientSignal(limitMs: number): AbortSignal {
  const limit = new AbortController();
  const late = new DOMException(`no answer within ${limitMs / 1000} s`, "TimeoutError");
  const tooLong = () => {
    limit.abort(late);
  };
  patience(limitMs, tooLong, { keepsAlive: false });
  return limit.signal;
}
