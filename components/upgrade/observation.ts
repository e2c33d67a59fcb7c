/** What a look at the live world brought back: the value, or in words why it could not be had. */
export type Observation<T> = Observed<T> | Unavailable;

export interface Observed<T> {
  readonly observed: true;
  readonly value: T;
}

export interface Unavailable {
  readonly observed: false;
  /** One sentence without a secret: `connection refused by 10.0.0.5:5432`. */
  readonly reason: string;
}

export const observed = <T>(value: T): Observation<T> => ({ observed: true, value });

export const unavailable = (reason: string): Unavailable => ({ observed: false, reason });

/** The same look with its reason changed: what it quotes of a server may hold a secret. */
export const hideReason =
  (hide: (text: string) => string) =>
  <T>(found: Observation<T>): Observation<T> =>
    found.observed ? found : unavailable(hide(found.reason));

/** Runs a look and turns a thrown error into an answer of its own. */
export async function observe<T>(at: () => Promise<T>): Promise<Observation<T>> {
  try {
    return observed(await at());
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error));
  }
}
