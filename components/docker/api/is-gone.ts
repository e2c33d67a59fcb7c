/** The status that a daemon has answered a failed question with; undefined if it has not answered. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;

/** True if the daemon says that there is no such thing. */
export const isGone = (error: unknown): boolean => statusOf(error) === 404;

/** Lets pass that a container is started, stopped or gone already: nothing more is to be done then. @throws the error, if it is another one */
export function unlessDone(error: unknown): void {
  if (statusOf(error) !== 304 && !isGone(error)) throw error;
}

const UNREACHED = ["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "EACCES", "ETIMEDOUT"];

/** True if nobody knows what the daemon would have said: it is away, ssh does not get there, or it has not answered in time. */
export function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error) || statusOf(error) !== undefined) return false;
  const code = "code" in error ? String(error.code) : "";
  return UNREACHED.includes(code) || /^(ssh |Docker at )/.test(error.message);
}
