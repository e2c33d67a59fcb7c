import { argv, env, stdout } from "node:process";
import { readSettings } from "./lab/settings";
import { findMatrices } from "./matrix/find-matrices";
import { SEED, WHOLE, choiceOf } from "./matrix/matrix";
import { runNumber } from "./matrix/seed";
import { describeSample } from "./matrix/describe-sample";
import { countsOf, slowest } from "./suite/report";
import { runTests } from "./suite/run-tests";

const say = (line: string): void => {
  stdout.write(`${line}\n`);
};

/**
 * Runs all tests, or those that are named, each shown as it ends. Says at its start and at its end which cells of the matrices it takes, and closes with the
 * slowest files and then `N passed, N failed` alone on its line, from the runner's own counts.
 */
async function main(words: readonly string[]): Promise<void> {
  const number = await runNumber(readSettings(env).cache, env);
  const choice = choiceOf({ ...env, [SEED]: `${number.seed}` });
  const sampled = describeSample(
    (await findMatrices()).map(({ matrix }) => matrix),
    choice,
  );
  sampled.forEach(say);
  const { report, exitCode } = await runTests(words, {
    [SEED]: `${number.seed}`,
    [WHOLE]: choice.whole.join(","),
  });
  const { passed, failed } = countsOf(report, exitCode);
  // A run of a part would let the next whole one miss the cells of its turn.
  if (report.whole && words.length === 0) await number.count();
  if (!report.whole) say("\nThe run did not come to its end.");
  say(["\nSlowest files:", ...slowest(report), ""].join("\n"));
  sampled.forEach(say);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main(argv.slice(2)).catch((error: unknown) => {
  say(`\nThe tests did not run: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
