import { RefusedByDaemon } from "./daemon";

/** Passes over a refusal in these words. */
export const unless =
  (words: RegExp) =>
  (error: unknown): undefined => {
    if (error instanceof RefusedByDaemon && words.test(error.message)) return undefined;
    throw error;
  };

/** Puts what was tried before what went wrong. */
export async function told<T>(tried: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${tried}: ${wordsOf(error)}`, { cause: error });
  }
}

export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
