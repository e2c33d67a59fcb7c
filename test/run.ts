import { argv, stdout } from "node:process";
import { changedFiles } from "./suite/changed/changed-files";
import { chooseTests, describeChosen } from "./suite/changed/choose";
import { importGraph } from "./suite/changed/import-graph";
import { recordRun } from "./suite/record/record-run";
import { close, runSuite } from "./suite/run-suite";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/**
 * Runs the tests: all; those that the words name, as the runner takes them; with `--changed` or `--changed=main` those that a change can reach. `--record`
 * keeps the times of a whole run in test/durations.json and docs/benchmarks.md.
 */
async function main(given: readonly string[]): Promise<void> {
  const words = given.filter((word) => word !== "--record" && !/^--changed(=|$)/.test(word));
  const record = given.includes("--record");
  const changed = given.find((word) => /^--changed(=|$)/.test(word));
  if (record && (changed !== undefined || words.length > 0))
    throw new Error("--record keeps the times of a whole run; it takes no other words");
  const files = changed === undefined ? undefined : await chosenFiles(changed.split("=")[1]);
  if (files?.length === 0) {
    say("0 passed, 0 failed");
    return;
  }
  const run = await runSuite({ words, files, say });
  if (record) await recordRun(run, say);
  close(run, say);
}

/** Test files that what has changed since `ref` can reach, each said with its reason. */
async function chosenFiles(ref: string | undefined): Promise<readonly string[]> {
  const { since, files } = await changedFiles(ref);
  const chosen = chooseTests(files, await importGraph());
  say(
    `${files.length} files differ from ${since}; ${chosen.length} test files depend on them${chosen.length > 0 ? ":" : "."}`,
  );
  chosen.map(describeChosen).forEach(say);
  return chosen.map(({ file }) => file);
}

main(argv.slice(2)).catch((error: unknown) => {
  say(`\nThe tests did not run: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
