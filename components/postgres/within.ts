import { patience, type Patience } from "../upgrade/patience";

/** Longest look at a database in a preview, in seconds. */
export const longestLook = 15;

/**
 * Runs a look that has to end: a server that accepts a connection and then says nothing would be waited for without an end. The limit counts as that of
 * {@link patience}.
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
  let waiting: Patience | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    waiting = patience(seconds * 1000, () => {
      const error = new Error(`${what} has not answered within ${seconds} s`);
      limit.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([work(limit.signal), tooLong]);
  } finally {
    waiting?.end();
  }
}
