import { spawn } from "node:child_process";
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
  const said = [linesOf(git), linesOf(docker)] as const;
  const [archived, built] = await Promise.all([
    ended(git),
    ended(docker),
    // A build that fails reads no further; its exit code says so.
    pipeline(git.stdout, docker.stdin).catch(() => undefined),
  ]);
  const failed = built === 0 ? (archived === 0 ? undefined : said[0]()) : said[1]();
  if (failed === undefined) return;
  throw new StepFailure(
    signal.aborted
      ? `the build of ${image} has not ended within ${LONGEST} s`
      : `the build of ${image} failed: ${failed.join(" / ") || "without a word"}`,
    "mend what it says, then run the upgrade again: nothing was stopped so far",
  );
}

type Child = ReturnType<typeof spawn>;

/** The last lines of both outputs so far; the archive itself is none of them. */
function linesOf(child: Child): () => readonly string[] {
  let text = "";
  const add = (part: Buffer) => (text = (text + part.toString()).slice(-8000));
  child.stderr?.on("data", add);
  if (child.spawnargs[0] !== "git") child.stdout?.on("data", add);
  return () =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(-LAST_LINES);
}

/** Exit code; -1 if it was ended, or could not be started. */
const ended = (child: Child): Promise<number> =>
  new Promise((resolve) => {
    child.on("error", (error) => {
      child.stderr?.emit("data", Buffer.from(`${error.message}\n`));
      resolve(-1);
    });
    child.on("close", (code) => resolve(code ?? -1));
  });
