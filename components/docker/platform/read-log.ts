import type Docker from "dockerode";
import type { LogQuestion } from "../../upgrade/platform";
import { isGone } from "../api/is-gone";

/** Lines of a container's log, oldest first; none if there is no log. What it wrote before its last restart stands before the rest. */
export async function readLog(
  docker: Docker,
  { instance, lines, seconds }: LogQuestion,
): Promise<readonly string[]> {
  try {
    const log = await docker.getContainer(instance).logs({
      stdout: true,
      stderr: true,
      follow: false,
      ...(lines === undefined ? {} : { tail: lines }),
      ...(seconds === undefined ? {} : { since: Math.floor(Date.now() / 1000) - seconds }),
    });
    return linesIn(log);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/**
 * Lines of a log as a daemon sends it: pieces of output and errors, each behind a head of eight bytes. A container with a terminal has no heads.
 *
 * Source: `moby/moby@v24.0.7:api/swagger.yaml` (ContainerAttach, stream format).
 */
export function linesIn(log: Buffer): readonly string[] {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + 8 <= log.length && isHead(log, at)) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const text = (at === 0 ? log : Buffer.concat(pieces)).toString("utf8");
  return text.split("\n").filter((line) => line.trim() !== "");
}

const isHead = (log: Buffer, at: number): boolean =>
  (log[at] ?? 9) <= 2 && log[at + 1] === 0 && log[at + 2] === 0 && log[at + 3] === 0;
