import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  access,
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StepFailure, wordsOf } from "../../upgrade/step-io";

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
 * only then renamed into its place. Killed anywhere, the path has a whole program, and the next call finishes.
 *
 * @throws StepFailure if it is not that file, does not run here, or is of another release; the one in use stays.
 */
export async function swapProgram(given: WantedProgram): Promise<SwappedProgram> {
  const wanted = { ...given, path: await followed(given.path) };
  const { path, sha256, credentials } = wanted;
  const before = await sumsIn(credentials);
  const aside = `${path}.gateways-new`;
  const from = await place(wanted, aside).catch(noPlace(path));
  if (from !== "unchanged") {
    await refuseUnless(aside, wanted);
    await keep(path).catch(noPlace(path));
    await rename(aside, path);
  } else await access(path, constants.X_OK).catch(() => chmod(path, 0o755).catch(noPlace(path)));
  const version = await versionOf(wanted);
  if (version !== wanted.release)
    throw new StepFailure(
      `${path} says that it is ${version}, and has the sum ${sha256}`,
      "see whether the sums are those of this release",
    );
  return { from, version, credentialsKept: before === (await sumsIn(credentials)) };
}

/** Past symbolic links, also where nothing is there yet. */
export const followed = (path: string): Promise<string> => realpath(path).catch(() => path);

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

/** Leaves the wanted file aside, unless the path has it already. */
async function place(
  { path, sha256, fetch }: WantedProgram,
  aside: string,
): Promise<SwappedProgram["from"]> {
  if ((await sumOf(path)) === sha256) return "unchanged";
  await mkdir(dirname(path), { recursive: true });
  await rm(aside, { force: true });
  if ((await sumOf(keptOf(path)).catch(() => undefined)) === sha256) {
    await copyFile(keptOf(path), aside);
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
  const file = await open(aside, "wx", 0o755);
  try {
    await file.writeFile(content);
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
  await chmod(aside, 0o755);
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
  await rm(part, { force: true });
  await link(path, part);
  await rename(part, keptOf(path));
  // Two names of one file: the rename has left both.
  await rm(part, { force: true });
}

/** Where the file lies that the last swap has kept. */
export const keptOf = (path: string): string => `${path}.gateways-old`;

/**
 * What a program says of itself, without a leading `v`. It is asked with a home of its own, so that whatever it does there is not done to that of its user (B-41).
 *
 * @throws Error in words if it does not run here, or names no version
 */
export async function versionOf({ path, ask }: ProgramHere): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "home-"));
  try {
    const { stdout } = await execute(path, [...ask], {
      timeout: 15_000,
      env: { ...process.env, HOME: home },
    });
    const { version } = JSON.parse(stdout) as { readonly version?: unknown };
    if (typeof version !== "string") throw new Error("it names no version");
    return version.replace(/^v/, "");
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Sum of a file; undefined if there is none. @throws Error in words if there is one that cannot be read: that is not none */
export const sumOf = (path: string): Promise<string | undefined> =>
  readFile(path).then(
    (content) => createHash("sha256").update(content).digest("hex"),
    (error: unknown) => {
      if (["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
        return undefined;
      throw new Error(`${path} cannot be read: ${wordsOf(error)}`);
    },
  );

/** Names, modes and sums of all files in a folder, as one text; "" if there is none. */
async function sumsIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(folder, name);
      // It may be a link that leads nowhere, or be gone by now; whoever reads a pipe waits.
      const found = await stat(path).catch(() => undefined);
      const sum = found?.isFile() === true ? await sumOf(path).catch(() => "") : "";
      return `${name} ${found?.mode.toString(8) ?? ""} ${sum ?? ""}`;
    }),
  );
  return lines.join("\n");
}
