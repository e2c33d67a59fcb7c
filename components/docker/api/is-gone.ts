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

/** The daemon that a program in a container was told to is not the one that answers now: it was killed and started anew. */
export class Forgotten extends Error {
  constructor(what: string) {
    super(`it was started anew, or the container made anew, while it ran ${what}`);
    this.name = "Forgotten";
  }
}

const UNREACHED = new Set([
  ...["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "EACCES", "ETIMEDOUT"],
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** True if nobody knows what the daemon would have said: it is away or was started anew, ssh does not get there, or it has not answered in time. */
export function isUnreached(error: unknown): boolean {
  if (error instanceof Forgotten) return true;
  if (!(error instanceof Error) || statusOf(error) !== undefined) return false;
  const code = "code" in error ? String(error.code) : "";
  return UNREACHED.has(code) || /^(ssh |Docker at )/.test(error.message);
}
