import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { longestLook } from "../../postgres/within";
import type { BuildSource } from "./build-source";

/** What a ref names. */
export type RefFacts =
  | { readonly kind: "tag" | "commit"; readonly commit: string }
  /** Something that moves, as a branch does, or that may come to mean another commit, as a short id may. */
  | { readonly kind: "floating"; readonly commit: string }
  | { readonly kind: "missing" };

/** A source as it is in its folder. */
export interface SourceFacts {
  readonly ref: RefFacts;
  /** Paths with changes that no commit has; what Git ignores is not among them. */
  readonly changed: readonly string[];
  /** Files of the build that the commit lacks. */
  readonly lacks: readonly string[];
}

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * One look at a source, by the git program. Changes nothing, the index of the repository neither.
 *
 * @throws Error with the words of git if the folder is no repository, or belongs to somebody else
 */
export async function lookAtSource({ source, ref, images }: BuildSource): Promise<SourceFacts> {
  const found = await lookUpRef(source, ref);
  const status = await git(source, ["status", "--porcelain", "-z", "--no-renames"]);
  // Two signs and a blank, then the path.
  const changed = status.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)]));
  return {
    ref: found,
    changed,
    lacks: found.kind === "missing" ? [] : await lackingFiles(source, found.commit, images),
  };
}

async function lookUpRef(source: string, ref: string): Promise<RefFacts> {
  const [tag, any] = await Promise.all([
    commitOf(source, `refs/tags/${ref}`),
    commitOf(source, ref),
  ]);
  if (COMMIT.test(ref)) return any === ref ? { kind: "commit", commit: any } : { kind: "missing" };
  if (tag !== undefined) return { kind: "tag", commit: tag };
  return any === undefined ? { kind: "missing" } : { kind: "floating", commit: any };
}

/** The commit that a name leads to; undefined if there is none. */
async function commitOf(source: string, name: string): Promise<string | undefined> {
  const said = await git(source, [
    ...["rev-parse", "--verify", "--quiet", "--end-of-options"],
    `${name}^{commit}`,
  ]).catch((error: unknown) => {
    // Quiet about a name that it does not know, and only then.
    if (error instanceof Error && "code" in error && error.code === 1) return "";
    throw error;
  });
  return said.trim() === "" ? undefined : said.trim();
}

async function lackingFiles(
  source: string,
  commit: string,
  images: BuildSource["images"],
): Promise<readonly string[]> {
  const wanted = images.map(({ dockerfile }) => dockerfile);
  const there = await git(source, [
    "ls-tree",
    "-z",
    "--name-only",
    "--full-tree",
    commit,
    ...wanted,
  ]);
  const names = new Set(there.split("\0"));
  return wanted.filter((path) => !names.has(path));
}

async function git(source: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", source, ...args], {
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
      timeout: longestLook * 1000,
      maxBuffer: 16 * 1024 ** 2,
    });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    if (said !== "") throw new Error(`git: ${said.split("\n")[0] ?? ""}`, { cause: error });
    throw error;
  }
}
