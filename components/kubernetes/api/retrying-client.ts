import pRetry from "p-retry";
import { ClusterError, type ClusterClient } from "./client";

/** Answers of an API server, or of the balancer before it, that a restart explains. */
const passing = [0, 429, 500, 502, 503, 504];

const mayPass = (error: Error): boolean =>
  error instanceof ClusterError &&
  // An API server that has just started does not know its own roles yet.
  (passing.includes(error.status) || /RBAC: .* not found|not yet/.test(error.message));

/**
 * The same client for work that outlives a restart of the API server: a call that finds nobody home, or whose answer is lost, is made again, every
 * second, for up to a minute; one that changes something has to be safe to repeat. A refusal is passed on at once. `ask` stays as it is: what it
 * reaches may be rightly down.
 */
export function retryingClient(
  client: ClusterClient,
  say: (line: string) => void,
  signal?: AbortSignal,
  seconds = 60,
): ClusterClient {
  const retrying = <T>(call: () => Promise<T>): Promise<T> =>
    pRetry(call, {
      retries: Infinity,
      factor: 1,
      minTimeout: 1000,
      maxRetryTime: seconds * 1000,
      ...(signal === undefined ? {} : { signal }),
      shouldRetry: ({ error }) => mayPass(error),
      onFailedAttempt: ({ error, attemptNumber }) => {
        if (mayPass(error) && attemptNumber === 1)
          say(`the API server does not answer (${error.message}); trying again for ${seconds} s`);
      },
    });
  return {
    ...client,
    get: (path, call) => retrying(() => client.get(path, call)),
    find: (path, call) => retrying(() => client.find(path, call)),
  };
}
