import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { within } from "../../postgres/within";
import { longestAnswer } from "./daemon-agent";

/** How a program in a container has ended. */
export interface Executed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program in a container that runs, without a shell and without input. It has to be a short one: its output has a limit, since a daemon that falls silent, or a program that
 * hangs, would be waited for without an end. The program itself is not ended then.
 *
 * @param seconds - longest wait for its end. @defaultValue {@link longestAnswer}
 * @throws Error if it cannot be started there, or if the daemon does not answer
 */
export async function execute(
  docker: Docker,
  container: string,
  program: readonly string[],
  seconds = longestAnswer,
): Promise<Executed> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...program], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  const said = Promise.all([text(stdout), text(stderr)]);
  const ended = finished(stream, { writable: false }).catch(() => undefined);
  const limit = await within(seconds, "", () => ended).catch((error: unknown) => error);
  stream.destroy();
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  // A daemon that has fallen silent is named by this question.
  const { ExitCode } = await exec.inspect();
  if (limit !== undefined)
    throw new Error(
      `${program[0] ?? ""} in container ${container} has not ended within ${seconds} s`,
    );
  return { code: ExitCode ?? -1, stdout: out, stderr: err };
}
