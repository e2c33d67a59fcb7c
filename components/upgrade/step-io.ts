/** What a step may use of the world around it, so that a test can hand it another one. */
export interface StepIo {
  /** Environment of the step; the only way by which a secret reaches it. */
  readonly env: NodeJS.ProcessEnv;
  /** Says one line of progress (stderr), in which the secrets of the environment are hidden. */
  readonly say: (line: string) => void;
  /** Fires when the step is asked to stop (SIGTERM, SIGINT): it cleans up and fails. */
  readonly signal?: AbortSignal | undefined;
}

/** A step that could not do its work: the reason in words, and what the operator can do about it. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";

  constructor(
    /** One sentence without its full stop, and without a secret. */
    readonly reason: string,
    /** What to do about it, as an instruction. */
    readonly fix: string,
  ) {
    super(`${reason}. Fix: ${fix}.`);
  }
}

/** The message of whatever was thrown. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
