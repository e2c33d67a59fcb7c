import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ROOT } from "../suite/durations";
import { configurationPage } from "./configuration-page";
import { requirementsPage } from "./requirements-page";
import { stackFileSchema } from "./stack-file-schema";

/** What mends a page that is out of date. */
export const MENDED_BY = "npm run docs";

/** Pages that are made from something else, by their path below the checkout. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/config.schema.json": () => JSON.stringify(stackFileSchema()),
  "docs/configuration.md": configurationPage,
  "docs/requirements.md": requirementsPage,
};

/** Writes every page that is out of date, and tells which. */
export async function writePages(): Promise<readonly string[]> {
  const stale = await stalePages();
  for (const page of stale) await writeFile(join(ROOT, page), await made(page));
  return stale;
}

/** Pages that differ from what they are made from, or are missing. */
export async function stalePages(): Promise<readonly string[]> {
  const pages = await Promise.all(
    Object.keys(PAGES).map(async (page) => {
      const kept = await readFile(join(ROOT, page), "utf8").catch(() => "");
      return kept === (await made(page)) ? [] : [page];
    }),
  );
  return pages.flat();
}

/** As it stands in the checkout: formatted as all else. */
async function made(page: string): Promise<string> {
  const file = join(ROOT, page);
  return format((await PAGES[page]?.()) ?? "", { ...(await resolveConfig(file)), filepath: file });
}
