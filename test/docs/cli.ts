import { argv, stdout } from "node:process";
import { MENDED_BY, stalePages, writePages } from "./pages";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/** Makes the pages of docs/ that are made from something else; with `--check` it only tells which are out of date. */
async function main(words: readonly string[]): Promise<void> {
  const unknown = words.find((word) => word !== "--check");
  if (unknown !== undefined) throw new Error(`"${unknown}" is unknown; there is only --check`);
  if (words.length === 0) {
    const written = await writePages();
    say(written.length === 0 ? "All pages were up to date." : `Written: ${written.join(", ")}`);
    return;
  }
  const stale = await stalePages();
  if (stale.length > 0) throw new Error(`${stale.join(", ")}: out of date. Run ${MENDED_BY}`);
  say("All pages are up to date.");
}

main(argv.slice(2)).catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
