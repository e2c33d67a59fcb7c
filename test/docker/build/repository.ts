import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import type { BuildSource } from "../../../components/docker/build/build-source";

/** A Git repository of a test. */
export interface Repository {
  readonly folder: string;
  /** Runs git there. @returns what it has printed, without the end of the line */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Writes a file, and does not commit it. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Commits everything. @returns its id */
  readonly commit: (message: string) => Promise<string>;
}

const IDENTITY = [
  "-c",
  "user.name=t",
  "-c",
  "user.email=t@example.org",
  "-c",
  "commit.gpgsign=false",
];

/** A folder of a test, removed with it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "build-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A repository with one commit, which has the Dockerfile of the gateway and the tag v1.0.0. */
export async function repository(): Promise<Repository> {
  const folder = await temporaryFolder();
  const git: Repository["git"] = async (...args) => {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, ...IDENTITY, ...args]);
    return stdout.trim();
  };
  const write: Repository["write"] = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const commit: Repository["commit"] = async (message) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  await git("init", "--quiet", "--initial-branch", "main");
  await write("deploy/Dockerfile.gateway", "FROM scratch\n");
  await commit("Begin");
  await git("tag", "v1.0.0");
  return { folder, git, write, commit };
}

/** What is built of it, changed as said. */
export const buildOf = (folder: string, change: Partial<BuildSource> = {}): BuildSource => ({
  source: folder,
  ref: "v1.0.0",
  images: [{ image: "localhost/smoltbot/gateway:1.0.0", dockerfile: "deploy/Dockerfile.gateway" }],
  ...change,
});
