import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StepFailure, wordsOf } from "../../upgrade/step-io";

const execute = promisify(execFile);

/** The CLI on this machine, and what it shall be. */
export interface WantedCli {
  /** Path of the program: `/usr/local/bin/bamf`. */
  readonly path: string;
  /** The wanted release, without `v`. */
  readonly release: string;
  readonly sha256: string;
  /** Brings the file of the release; asked only if neither the path nor the file that is kept has it. */
  readonly fetch: () => Promise<Uint8Array>;
  /** Folder with the credentials of whoever uses it, which nothing may touch: `~/.bamf`. */
  readonly credentials: string;
}

/** What became of it. */
export interface SwappedCli {
  /** `kept`: the file that an earlier swap has kept was taken. */
  readonly from: "unchanged" | "kept" | "fetched";
  /** What `bamf version` says now. */
  readonly version: string;
  /** Whether the files with the credentials are those from before (B-41). */
  readonly credentialsKept: boolean;
}

/**
 * Leaves the CLI of this machine at a release (B-40): the file is checked by its sum, made executable and asked for its version beside the one in use, which is kept, and
 * only then renamed into its place. Killed anywhere, the path has a whole program, and the next call finishes.
 *
 * @throws StepFailure if it is not that file, does not run here, or is of another release; the one in use stays.
 */
export async function swapCli(wanted: WantedCli): Promise<SwappedCli> {
  const { path, sha256, credentials } = wanted;
  const before = await sumsIn(credentials);
  const aside = `${path}.gateways-new`;
  const from = await place(wanted, aside);
  if (from !== "unchanged") {
    await refuseUnless(aside, wanted);
    await keep(path);
    await rename(aside, path);
  }
  const version = await versionOf(path);
  if (version !== wanted.release)
    throw new StepFailure(
      `${path} says that it is ${version}, and has the sum of ${sha256}`,
      "see whether the sums are those of this release",
    );
  return { from, version, credentialsKept: before === (await sumsIn(credentials)) };
}

/** Leaves the wanted file aside, unless the path has it already. */
async function place(
  { path, sha256, fetch }: WantedCli,
  aside: string,
): Promise<SwappedCli["from"]> {
  if ((await sumOf(path)) === sha256) return "unchanged";
  await mkdir(dirname(path), { recursive: true });
  await rm(aside, { force: true });
  if ((await sumOf(keptOf(path))) === sha256) {
    await copyFile(keptOf(path), aside);
    return "kept";
  }
  const file = await open(aside, "wx", 0o755);
  try {
    await file.writeFile(await fetch());
    // After a loss of power the name must not stand for a file that is not there.
    await file.sync();
  } catch (error) {
    await rm(aside, { force: true });
    throw error instanceof StepFailure
      ? error
      : new StepFailure(
          `no file for ${path}: ${wordsOf(error)}`,
          "see that it can be had, then run the upgrade again",
        );
  } finally {
    await file.close();
  }
  return "fetched";
}

async function refuseUnless(aside: string, { release, sha256, path }: WantedCli): Promise<void> {
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
    version = await versionOf(aside);
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

const keptOf = (path: string): string => `${path}.gateways-old`;

/** Source: `mattrobinsonsre/bamf@v0.11.0`, `bamf version --json`: version, git_commit, build_time; with or without `v`. */
async function versionOf(path: string): Promise<string> {
  const { stdout } = await execute(path, ["version", "--json"], { timeout: 15_000 });
  const { version } = JSON.parse(stdout) as { readonly version?: unknown };
  if (typeof version !== "string") throw new Error("it names no version");
  return version.replace(/^v/, "");
}

const sumOf = (path: string): Promise<string | undefined> =>
  readFile(path).then(
    (content) => createHash("sha256").update(content).digest("hex"),
    () => undefined,
  );

/** Names, modes and sums of all files in a folder, as one text; "" if there is none. */
async function sumsIn(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const { mode } = await stat(join(folder, name));
      return `${name} ${mode.toString(8)} ${(await sumOf(join(folder, name))) ?? ""}`;
    }),
  );
  return lines.join("\n");
}
