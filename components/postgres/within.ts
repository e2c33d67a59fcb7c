/** Longest look at a database in a preview, in seconds. */
export const longestLook = 15;

/** How long at most a stop of this process, or of the whole machine, counts as time in which nobody answered. Unit: milliseconds. */
const ATTENTION_MS = 250;

/**
 * Runs a look that has to end: a server that accepts a connection and then says nothing would be waited for without an end. The limit counts the time
 * in which this process could have heard an answer: of a suspended machine, a stopped process or a busy processor the server knows nothing.
 *
 * @param work - gets a signal that fires at the limit; whatever it started has to end by it.
 * @throws Error that names the limit, at the limit, whether the work has ended by then or not.
 */
export async function within<T>(
  seconds: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const listen = (leftMs: number): void => {
      if (leftMs > 0) {
        const next = Math.min(leftMs, ATTENTION_MS);
        timer = setTimeout(() => {
          listen(leftMs - next);
        }, next);
        return;
      }
      const error = new Error(`${what} has not answered within ${seconds} s`);
      limit.abort(error);
      reject(error);
    };
    listen(seconds * 1000);
  });
  try {
    return await Promise.race([work(limit.signal), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
