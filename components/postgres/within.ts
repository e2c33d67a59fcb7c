/** Longest look at a database in a preview, in seconds. */
export const longestLook = 15;

/**
 * Runs a look that has to end: a server that accepts a connection and then says nothing would be waited for without an end.
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
    timer = setTimeout(() => {
      const error = new Error(`${what} has not answered within ${seconds} s`);
      limit.abort(error);
      reject(error);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(limit.signal), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
