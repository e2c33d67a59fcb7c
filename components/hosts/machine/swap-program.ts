import { execFile } from "node:child_process";
import { access, chmod, constants, mkdir, mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StepFailure, wordsOf } from "../../upgrade/step-io";
import { ownershipOf, type Claim } from "../plan/owner";
import { claimProgram, readNote } from "./owner-note";
import { asideOf, followed, giveSecondName, keptOf, sumOf, sumsIn } from "./program-files";

const execute = promisify(execFile);

/** A program of this machine, and how it is asked. */
export interface ProgramHere {
  /** Where it is: `/usr/local/bin/bamf`. A symbolic link is followed. */
  readonly path: string;
  /** Words that have it tell its version as JSON: `version`, `--json`. */
  readonly ask: readonly string[];
}

/** What the program shall be. */
export interface WantedProgram extends ProgramHere {
  /** The wanted release, without `v`. */
  readonly release: string;
  readonly sha256: string;
  /** Brings the file of the release; asked only if neither the path nor the file that is kept has it. */
  readonly fetch: () => Promise<Uint8Array>;
  /** Folder with the credentials of whoever uses it, which nothing may touch: `~/.bamf`. */
  readonly credentials: string;
  /** Which stack asks. */
  readonly claim: Claim;
}

/** What became of it. */
export interface SwappedProgram {
  /** `kept`: the file that an earlier swap has kept was taken. */
  readonly from: "unchanged" | "kept" | "fetched";
  /** What it says of itself now. */
  readonly version: string;
  /** Whether the files with the credentials are those from before (B-41). */
  readonly credentialsKept: boolean;
}

/**
 * Leaves a program of this machine at a release (B-40): the file is checked by its sum, made executable and asked for its version beside the one in use, which is kept, and
 * only then renamed into its place. Killed anywhere, the path has a whole program, both files are there, and the next call finishes without another download.
 *
 * @throws StepFailure if it is not that file, does not run here, is of another release, or if another stack keeps the program; the one in use stays.
 */
export async function swapProgram(given: WantedProgram): Promise<SwappedProgram> {
  const wanted = { ...given, path: await followed(given.path).catch(noPlace(given.path)) };
  const { path, credentials } = wanted;
  const before = await sumsIn(credentials);
  const from = await bring(wanted).catch(noPlace(path));
  const version = await versionOf(wanted);
  if (version !== wanted.release)
    throw new StepFailure(
      `${path} says that it is ${version}, and has the sum ${wanted.sha256}`,
      "see whether the sums are those of this release",
    );
  return { from, version, credentialsKept: before === (await sumsIn(credentials)) };
}

async function bring(wanted: WantedProgram): Promise<SwappedProgram["from"]> {
  const { path, release, sha256, claim } = wanted;
  if ((await sumOf(path)) === sha256) {
    // Another stack that wants the same may keep it; whoever changes it first is told.
    if (ownershipOf(await readNote(path), claim) !== "another")
      await claimProgram(path, release, claim);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
    return "unchanged";
  }
  await mkdir(dirname(path), { recursive: true });
  await claimProgram(path, release, claim);
  const aside = asideOf(path);
  const from = await place(wanted, aside);
  await refuseUnless(aside, wanted);
  await keep(path);
  await rename(aside, path);
  return from;
}

/** Whatever the file system refuses, in words. */
const noPlace =
  (path: string) =>
  (error: unknown): never => {
    throw error instanceof StepFailure
      ? error
      : new StepFailure(
          `no change of ${path}: ${wordsOf(error)}`,
          "run this as somebody who may change it, or name another path",
        );
  };

/** Leaves the wanted file aside: one that lies there since a run that was cut off, the one that is kept, or the one that is fetched. */
async function place(
  { path, sha256, fetch }: WantedProgram,
  aside: string,
): Promise<SwappedProgram["from"]> {
  // What is kept may have been given its place already, so that nothing else has this file any more.
  if ((await sumOf(aside).catch(() => undefined)) === sha256) return "kept";
  if ((await sumOf(keptOf(path)).catch(() => undefined)) === sha256) {
    await giveSecondName(keptOf(path), aside);
    return "kept";
  }
  const content = await fetch().catch((error: unknown) => {
    throw error instanceof StepFailure
      ? error
      : new StepFailure(
          `no file for ${path}: ${wordsOf(error)}`,
          "see that it can be had, then run the upgrade again",
        );
  });
  const mode = await modeBeside(path);
  await rm(aside, { force: true });
  const file = await open(aside, "wx", mode);
  try {
    await file.writeFile(content);
    // Whatever the mask of whoever runs this.
    await file.chmod(mode);
    // After a loss of power the name must not stand for a file that is not there.
    await file.sync();
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return "fetched";
}

/** That of the file in use, and executable for all who may read it. */
const modeBeside = (path: string): Promise<number> =>
  stat(path).then(
    ({ mode }) => (mode & 0o777) | 0o700 | ((mode & 0o044) >> 2),
    () => 0o755,
  );

async function refuseUnless(
  aside: string,
  { release, sha256, path, ask }: WantedProgram,
): Promise<void> {
  const refuse = async (reason: string, fix: string) => {
    await rm(aside, { force: true });
    return new StepFailure(`the file for ${path} ${reason}`, fix);
  };
  const found = await sumOf(aside);
  if (found !== sha256)
    throw await refuse(
      `has sha256 ${found ?? ""}, expected ${sha256}`,
      "see what is served in its place, such as an error page",
    );
  // A file of somebody else's that may be executed is good as it is.
  await access(aside, constants.X_OK).catch(() => chmod(aside, 0o755));
  let version: string;
  try {
    version = await versionOf({ path: aside, ask });
  } catch (error) {
    throw await refuse(
      `does not run on this machine: ${wordsOf(error)}`,
      "see whether it is made for it",
    );
  }
  if (version !== release)
    throw await refuse(
      `says that it is ${version}, expected ${release}`,
      "see whether the sums are those of this release",
    );
}

/** The file in use gets a second name: it needs no room, and the way back no download. */
async function keep(path: string): Promise<void> {
  if ((await sumOf(path)) === undefined) return;
  const part = `${path}.gateways-part`;
  await giveSecondName(path, part);
  await rename(part, keptOf(path));
  // Two names of one file: the rename has left both.
  await rm(part, { force: true });
}

/** Below it nothing can be made: the home of a program that is asked while there is no room for one. */
const NO_HOME = "/dev/null/home";

/**
 * What a program says of itself, without a leading `v`. It is asked with a home of its own and none of the variables of this program, so that whatever it does there is not done to that of its
 * user (B-41), and no secret comes to it.
 *
 * @throws Error in words if it does not run here, or names no version
 */
export async function versionOf({ path, ask }: ProgramHere): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "home-")).catch(() => NO_HOME);
  try {
    const { PATH = "" } = process.env;
    const { stdout } = await execute(path, [...ask], {
      timeout: 15_000,
      env: { PATH, HOME: home },
    });
    const { version } = JSON.parse(stdout) as { readonly version?: unknown };
    if (typeof version !== "string") throw new Error("it names no version");
    return version.replace(/^v/, "");
  } finally {
    if (home !== NO_HOME) await rm(home, { recursive: true, force: true });
  }
}
