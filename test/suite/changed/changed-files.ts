import { execa } from "execa";
import { ROOT } from "../durations";

/** What differs from a commit. */
export interface Changes {
  /** The commit, as a person would name it. */
  readonly since: string;
  /** Paths below the checkout: committed since then, changed, added or not yet known to git. */
  readonly files: readonly string[];
}

/**
 * Finds what has changed.
 *
 * @param ref - since where this branch left it. Without one: the branch's upstream, else `main`, else the last commit.
 * @throws Error when there is no such commit
 */
export async function changedFiles(ref: string | undefined): Promise<Changes> {
  const { since, base } = await baseOf(ref);
  const differing = await git("diff", "--name-only", "--no-renames", base);
  const unknown = await git("ls-files", "--others", "--exclude-standard");
  if (differing === undefined || unknown === undefined)
    throw new Error(`git does not tell what has changed since ${since}`);
  return { since, files: [...new Set([...lines(differing), ...lines(unknown)])].sort() };
}

async function baseOf(ref: string | undefined) {
  const candidates = ref === undefined ? ["@{upstream}", "main", "HEAD"] : [ref];
  for (const since of candidates) {
    const base = await git("merge-base", since, "HEAD");
    if (base !== undefined) return { since, base };
  }
  throw new Error(`--changed: there is no commit ${candidates.join(" or ")}`);
}

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

async function git(...words: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await execa("git", words, { cwd: ROOT, reject: false });
  return exitCode === 0 ? stdout : undefined;
}
