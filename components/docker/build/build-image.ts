import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { StepFailure } from "../../upgrade/step-io";
import type { DaemonAddress } from "../api/open-docker";
import { dockerProgram } from "../platform/docker-command";
import { REVISION_LABEL, type BuiltImage } from "./build-source";

/** One image and the commit that it is built from. */
export interface BuildArgs extends BuiltImage {
  readonly source: string;
  /** Full commit id. */
  readonly commit: string;
}

/** Longest build, in seconds. */
const LONGEST = 1800;

/** Lines of its output that a failed build is told with. */
const LAST_LINES = 12;

/**
 * Builds an image on the host of exactly what a commit has: `git archive` into `docker build`, by the docker program that the steps use. The folder's own files
 * are not read. Submodules are left out, and so is what the repository keeps out of archives (`export-ignore`).
 *
 * @throws StepFailure with the last lines of the build
 */
export async function buildImage(
  address: DaemonAddress,
  { image, dockerfile, source, commit }: BuildArgs,
): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST * 1000);
  const { file, args } = dockerProgram(address, [
    ...["build", "--tag", image, "--file", dockerfile],
    ...["--label", `${REVISION_LABEL}=${commit}`, "-"],
  ]);
  const git = spawn("git", ["-C", source, "archive", "--format=tar", commit], { signal });
  const docker = spawn(file, args, { signal });
  const said = [linesOf([git.stderr]), linesOf([docker.stdout, docker.stderr])] as const;
  const [archived, built] = await Promise.all([
    endOf(git),
    endOf(docker),
    // A build that fails reads no further; its exit code says so.
    pipeline(git.stdout, docker.stdin).catch(() => undefined),
  ]);
  const [failed, lines] = built === "well" ? [archived, said[0]()] : [built, said[1]()];
  if (failed === "well") return;
  throw new StepFailure(
    signal.aborted
      ? `the build of ${image} has not ended within ${LONGEST} s`
      : `the build of ${image} failed: ${[...lines, failed].join(" / ")}`,
    "mend what it says, then run the upgrade again",
  );
}

/** The last lines of some outputs so far. */
function linesOf(outputs: readonly Readable[]): () => readonly string[] {
  let text = "";
  for (const output of outputs)
    output.on("data", (part: Buffer) => (text = (text + part.toString()).slice(-8000)));
  return () =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(-LAST_LINES);
}

/** `well`, or how it has ended in words. */
const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.on("error", ({ message }) => {
      resolve(message);
    });
    child.on("close", (code) => {
      resolve(code === 0 ? "well" : `exit code ${String(code)}`);
    });
  });
