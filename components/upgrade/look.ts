/** What a look at the live world brought back: the value, or in words why it could not be had. */
export type Look<T> = Seen<T> | Unseen;

export interface Seen<T> {
  readonly seen: true;
  readonly value: T;
}

export interface Unseen {
  readonly seen: false;
  /** One sentence without a secret: `connection refused by 10.0.0.5:5432`. */
  readonly reason: string;
}

export const seen = <T>(value: T): Look<T> => ({ seen: true, value });

export const unseen = (reason: string): Unseen => ({ seen: false, reason });

/** The same look with its reason changed: what it quotes of a server may hold a secret. */
export const hideReason =
  (hide: (text: string) => string) =>
  <T>(found: Look<T>): Look<T> =>
    found.seen ? found : unseen(hide(found.reason));

/** Runs a look and turns a thrown error into an answer of its own. */
export async function look<T>(at: () => Promise<T>): Promise<Look<T>> {
  try {
    return seen(await at());
  } catch (error) {
    return unseen(error instanceof Error ? error.message : String(error));
  }
}
