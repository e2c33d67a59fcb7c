import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { execa } from "execa";
import { ROOT } from "../suite/durations";

/** A link of a page to something in the checkout. */
export interface Link {
  /** Path of the page. */
  readonly page: string;
  readonly target: string;
}

/** Links of all Markdown pages that lead to no file, or to no heading of a page. */
export async function brokenLinks(): Promise<readonly Link[]> {
  const listed = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  const files = listed.stdout.split("\n");
  const texts = await Promise.all(
    files
      .filter((file) => file.endsWith(".md"))
      .map(async (file) => [file, await readFile(join(ROOT, file), "utf8")] as const),
  );
  const pages = new Map(texts);
  const paths = new Set(files.flatMap((file) => [file, ...foldersAbove(file)]));
  return texts
    .flatMap(([page, text]) => linksOf(text).map((target) => ({ page, target })))
    .filter((link) => !leadsSomewhere(link, pages, paths));
}

function leadsSomewhere(
  { page, target }: Link,
  pages: ReadonlyMap<string, string>,
  paths: ReadonlySet<string>,
): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), path)).replace(/\/$/, "");
  if (heading === undefined) return paths.has(file);
  return headingsOf(pages.get(file) ?? "").includes(heading);
}

const foldersAbove = (file: string): readonly string[] =>
  file
    .split("/")
    .slice(0, -1)
    .map((_, index, names) => names.slice(0, index + 1).join("/"));

/** Targets of the links to the checkout itself, which code blocks have none of. */
export const linksOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** The names by which headings are linked to, as GitHub makes them. */
export const headingsOf = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, "");
