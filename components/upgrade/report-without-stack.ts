import * as pulumi from "@pulumi/pulumi";

/**
 * Runs the program and reports failures by message only, without a stack.
 *
 * The engine's host formats an error by its stack, and Node 20.20 never comes to an end with frames of the SDK (its source maps name files directly
 * below `node_modules/@pulumi`): the message would come after half a minute and three gigabytes. So no error leaves here with a stack.
 */
export const reportWithoutStack =
  <T>(program: () => Promise<T>) =>
  async (): Promise<T> => {
    try {
      return await program();
    } catch (error) {
      throw withoutStack(isToldByItself(error) ? error : new pulumi.RunError(wordsOf(error)));
    }
  };

/** Errors whose message alone is shown, under their resource if they have one. */
const isToldByItself = (error: unknown): error is Error =>
  error instanceof Error &&
  (pulumi.RunError.isInstance(error) || pulumi.ResourceError.isInstance(error));

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The error as the engine's host reports it by message only. */
export function withoutStack(error: Error): Error {
  error.stack = "";
  return error;
}
