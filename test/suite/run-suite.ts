import { env } from "node:process";
import { loadNow } from "../bench/circumstances";
import { pluginKind } from "../lab/pulumi-home";
import { readSettings } from "../lab/settings";
import { describeSample } from "../matrix/describe-sample";
import { findMatrices } from "../matrix/find-matrices";
import { ALL, choiceOf, filesLeftOut, SEED, WHOLE, type Choice } from "../matrix/matrix";
import { runNumber } from "../matrix/seed";
import conformance from "./conformance/conformance.matrix";
import { contentOfConformance } from "./conformance/content";
import { describeProof, hasPassed, isProven, markProven, readProof } from "./conformance/proof";
import { LEFT_OUT } from "./left-out";
import { countsOf, failuresAgain, slowest, type Counts, type RunReport } from "./report";
import { runTests } from "./run-tests";

/** What a run is to take. */
export interface Wanted {
  /** Words for the runner: files and options. */
  readonly words?: readonly string[];
  /** Test files, where not all are wanted. */
  readonly files?: readonly string[] | undefined;
  /** Matrices of which all cells are wanted. @defaultValue those that `TEST_MATRIX` names */
  readonly whole?: readonly string[];
  readonly say: (line: string) => void;
}

/** What a run came to. */
export interface SuiteRun extends Counts {
  readonly report: RunReport;
  /** Of the runner; undefined when it was killed. */
  readonly exitCode: number | undefined;
  /** Whether the content of the stand-ins has passed all of its tests in this run. */
  readonly conformancePassed: boolean;
  /** From the start of the runner to its end. */
  readonly seconds: number;
  /** The machine's load averages before it. */
  readonly loadAtStart: string;
  /** What the run has sampled, in words. */
  readonly sampled: readonly string[];
}

/** Runs tests, each shown as it ends, and says at the start which cells of the matrices it takes. {@link close} says what it came to. */
export async function runSuite({ words = [], files, whole = [], say }: Wanted): Promise<SuiteRun> {
  const settings = readSettings(env);
  const number = await runNumber(settings.cache, env);
  const matrices = (await findMatrices()).map(({ matrix }) => matrix);
  const proof = await readProof(
    settings.cache,
    await contentOfConformance(),
    await pluginKind(settings),
  );
  const asked = choiceOf({ ...env, [SEED]: `${number.seed}` });
  const choice: Choice = {
    seed: asked.seed,
    whole: [...asked.whole, ...whole, ...(isProven(proof) ? [] : [conformance.name])],
  };
  const sampled = [
    describeProof(
      proof,
      [conformance.name, ALL].some((name) => choice.whole.includes(name)),
    ),
    ...describeSample(matrices, choice),
  ];
  sampled.forEach(say);

  const leftOut = filesLeftOut(matrices, choice).filter((file) => !isNamed(file, words));
  const [began, loadAtStart] = [Date.now(), loadNow()];
  const { report, exitCode } = await runTests([...words, ...(files ?? [])], {
    [SEED]: `${number.seed}`,
    [WHOLE]: choice.whole.join(","),
    [LEFT_OUT]: leftOut.join(","),
  });
  const seconds = (Date.now() - began) / 1000;
  const conformancePassed = hasPassed(
    report,
    Object.values(conformance.cells).map(({ testFile }) => testFile),
  );
  if (conformancePassed) await markProven(settings.cache, proof);
  // A run of a part would let the next whole one miss the cells of its turn.
  if (report.whole && words.length === 0 && files === undefined) await number.count();

  return {
    report,
    exitCode,
    ...countsOf(report, exitCode),
    conformancePassed,
    seconds,
    loadAtStart,
    sampled,
  };
}

/** Closes a run: its slowest files, what it has sampled, its failures once more, and `N passed, N failed` alone on the last line, from the runner's own counts. */
export function close(
  { report, exitCode, passed, failed, sampled }: SuiteRun,
  say: Wanted["say"],
): void {
  if (!report.whole)
    say(`\nThe run did not come to its end; its runner ended with ${exitCode ?? "a signal"}.`);
  say(["\nSlowest files:", ...slowest(report), ""].join("\n"));
  sampled.forEach(say);
  failuresAgain(report).forEach(say);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Whether somebody has asked for this very file. */
const isNamed = (file: string, words: readonly string[]): boolean =>
  words.some((word) => !word.startsWith("-") && file.includes(word));
