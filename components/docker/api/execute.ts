import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { within } from "../../postgres/within";
import { longestAnswer } from "./daemon-agent";
import { Forgotten, isGone } from "./is-gone";

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
 * @throws Error if it cannot be started there, if the daemon does not answer, or was started anew, or if the way to it was cut: what has come of the output by then is less than the program has said
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
  const ended = finished(stream, { writable: false }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  let cut: Error | undefined;
  const limit = await within(seconds, "", async () => (cut = await ended)).then(
    () => undefined,
    (error: unknown) => error,
  );
  stream.destroy();
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  if (limit === undefined && cut !== undefined) throw cut;
  // A daemon that has fallen silent is named by this question.
  const code = await exitCodeOf(
    exec,
    `${program[0] ?? ""} in container ${container}`,
    limit === undefined,
  );
  if (limit !== undefined)
    throw new Error(
      `${program[0] ?? ""} in container ${container} has not ended within ${seconds} s`,
    );
  return { code, stdout: out, stderr: err };
}

/** Longest wait until a daemon has noted the end of a program whose output has ended, in milliseconds. */
const NOTED_WITHIN = 5000;

/** @param waits - for that note. @throws Forgotten if the daemon was started anew, and knows nothing of what ran before */
async function exitCodeOf(exec: Docker.Exec, what: string, waits: boolean): Promise<number> {
  const end = Date.now() + NOTED_WITHIN;
  for (;;) {
    const { ExitCode, Running } = await exec.inspect().catch((error: unknown) => {
      throw isGone(error) ? new Forgotten(what) : error;
    });
    if (!Running || !waits || Date.now() > end) return ExitCode ?? -1;
    await pause(50);
  }
}
