import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** How a program in a container has ended. */
export interface Executed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program in a container that runs, without a shell and without input.
 *
 * @throws Error if it cannot be started there, or if the daemon does not answer
 */
export async function execute(
  docker: Docker,
  container: string,
  program: readonly string[],
): Promise<Executed> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...program], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  const said = Promise.all([text(stdout), text(stderr)]);
  await finished(stream, { writable: false }).catch(() => undefined);
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, stdout: out, stderr: err };
}
